import { type Answer, type Call, callsTo } from '../support/call.js';
import { connectAccount } from '../support/connected-account.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { serviceEnvironment } from '../support/service-environment.js';
import { type RunningService, startGoogle, startService, type TestGoogle } from '../support/service.js';
import { sql } from '../support/sql.js';
import { waitFor } from '../support/wait-for.js';
import { ADDRESS_BOOKS, type BookKey, personAt } from './address-books.js';
import { FixedClock } from './fixed-clock.js';
import { lastTouches, LET_GO, standStill } from './last-touches.sql.js';
import { NOW, type Places, TOKENS } from './places.js';

const SEED = 7;

/** A service with a day's work behind it, the same each time, at a time that stands still. */
export interface SeededInstance {
  readonly url: string;
  /** What the scenes open. */
  readonly places: Places;
  stop(): Promise<void>;
}

/**
 * All of it comes of real syncs of a simulated Google, at set times; what real time alone brings about (how long a page
 * took, what a whole day changed) is put in last.
 */
export async function startSeededInstance(): Promise<SeededInstance> {
  const [database, google] = await Promise.all([
    createTestDatabase(),
    startGoogle({ syncTokenLifetimeSeconds: 400 * 86_400, accessTokenLifetimeSeconds: 400 * 86_400 }),
  ]);
  let service: RunningService | undefined;
  const stop = async (): Promise<void> => {
    await sql(database, LET_GO);
    // First, so that no run waits for an answer any more.
    await google.stop();
    await service?.stop();
    await database.drop();
    FixedClock.goOn();
  };
  try {
    const clock = await FixedClock.stopAt('2026-03-12T09:00:00Z', database);
    service = await startService(variables(database, google, { SYNC_INTERVAL: 'off' }));
    const story = new Story(database, google, clock, service.url);
    await story.tell();
    await service.stop();
    await clock.set(NOW);
    await sql(database, lastTouches(NOW));
    service = await startService(variables(database, google));
    const places = await new Story(database, google, clock, service.url).present();
    return { url: service.url, places, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function variables(
  database: TestDatabase,
  google: TestGoogle,
  others: Record<string, string> = {},
): Record<string, string> {
  return {
    ...serviceEnvironment(database, google),
    API_TOKENS: Object.entries(TOKENS)
      .map(([name, token]) => `${name}:${name === 'night-shift' ? 'operate' : 'operate+read+admin'}:${token}`)
      .join(','),
    GOOGLE_REFRESH_TOKEN: '',
    RATE_LIMIT: 'off',
    SYNC_PAGE_SIZE: '100',
    SYNC_INTERVAL: '5m',
    ...others,
  };
}

class Story {
  private readonly api: Call;

  constructor(
    private readonly database: TestDatabase,
    private readonly google: TestGoogle,
    private readonly clock: FixedClock,
    url: string,
  ) {
    const call = callsTo(url);
    this.api = (method, path, body, headers) =>
      call(method, path, body, { authorization: `Bearer ${TOKENS.ops}`, ...headers });
  }

  /** From the first account that was connected to a moment ago. */
  async tell(): Promise<void> {
    await this.connectAll();
    await this.changeMarcusOverTheYear();
    await this.clock.set('2026-11-21T09:10:02Z');
    await this.sync('mara-lindqvist', '/full');
    await this.workDay();
  }

  private async connectAll(): Promise<void> {
    let at = 0;
    for (const [index, { key, contacts }] of ADDRESS_BOOKS.entries()) {
      await this.clock.set(`2026-03-12T09:${String(10 + index)}:00Z`);
      await this.connect(key, index);
      const persons = Array.from({ length: contacts - (OWN[key]?.length ?? 0) }, () => personAt((at += 1)));
      await this.control('POST', key, 'persons', [...(OWN[key] ?? []), ...persons]);
      await this.sync(key, '/full');
    }
  }

  private async changeMarcusOverTheYear(): Promise<void> {
    const patch = (fields: object) => this.control('PATCH', 'mara-lindqvist', 'persons/cmarcus', fields);
    const sync = () => this.sync('mara-lindqvist', '/incremental');
    await this.clock.set('2026-04-02T08:14:30Z');
    await patch({
      emailAddresses: [
        { value: 'm.adeyemi@haldentrading.example', type: 'work' },
        { value: 'marcus@adeyemi.example', type: 'home' },
      ],
      birthdays: [{ date: { month: 5, day: 9 } }],
    });
    await sync();
    await this.clock.set('2026-06-19T10:02:11Z');
    await patch({ organizations: [{ name: 'Halden Trading', title: 'Buyer', department: 'Purchasing' }] });
    await sync();
    await this.clock.set('2026-09-03T16:21:40Z');
    await this.control('DELETE', 'mara-lindqvist', 'persons/cmarcus');
    await sync();
    await this.clock.set('2026-09-03T17:02:09Z');
    await this.control('POST', 'mara-lindqvist', 'persons/cmarcus/restore');
    await sync();
    await this.clock.set('2026-10-14T07:40:55Z');
    await patch({
      phoneNumbers: [
        { value: '+44 7700 900 318', type: 'mobile' },
        { value: '+44 20 7946 0127', type: 'work' },
      ],
    });
    await sync();
  }

  private async workDay(): Promise<void> {
    await this.at('10:56:44');
    await this.control('POST', 'mara-lindqvist', 'persons', {
      names: [{ givenName: 'Hanneke', familyName: 'de Vries' }],
      organizations: [{ name: 'Rotterdam Freight' }],
    });
    await this.sync('mara-lindqvist', '', TOKENS.ines);
    await this.fail();
    await this.hold();
    await this.garble();
    await this.lastMinutes();
    await this.changeSettings();
  }

  /** Last of all, because an account with an interval of its own is synced whenever that is over. */
  private async changeSettings(): Promise<void> {
    await this.at('11:02:12');
    await this.api('PATCH', `/api/accounts/${idOf('jan-moreau')}`, { paused: true }, asInes());
    await this.at('11:21:08');
    await this.api('PATCH', `/api/accounts/${idOf('mara-lindqvist')}`, { interval: '15m' }, asInes());
    await this.at('11:22:40');
    await this.api('PATCH', `/api/accounts/${idOf('mara-lindqvist')}`, { interval: '5m' }, asInes());
  }

  private async fail(): Promise<void> {
    await this.at('12:02:00');
    for (const key of ['sales-emea', 'jonas-feld'] as const) {
      await this.control('POST', key, 'refresh-tokens/revoke');
      await this.control('POST', key, 'access-tokens/expire');
      await this.sync(key);
    }
    for (const [index, time] of ['13:10:00', '13:25:00', '13:40:00'].entries()) {
      await this.at(time);
      await this.fault('support', { kind: 'truncate' });
      await this.sync('support', index === 0 ? '/full' : '');
    }
  }

  private async hold(): Promise<void> {
    await this.at('12:30:31');
    await this.control('POST', 'trade', 'persons/change', { edits: 0, creates: 0, deletes: 221, seed: SEED });
    for (const [person, fields] of TRADE_CHANGES) {
      // It may be one of those.
      await this.google.control('POST', `/control/persons/${person}/restore?account=trade`);
      await this.control('PATCH', 'trade', `persons/${person}`, fields);
    }
    await this.control('POST', 'trade', 'persons', {
      resourceName: 'people/cclaire',
      names: [{ givenName: 'Claire', familyName: 'Aubry' }],
    });
    await this.fault('trade', {
      kind: 'replace-person',
      persons: [JSON.stringify({ resourceName: 'people/cnoname', names: 'no list' })],
    });
    await this.sync('trade', '/full');
    await this.at('13:06:10');
    const { body } = await this.google.control('GET', '/control/persons?account=board&limit=500');
    for (const { resourceName } of (body as { items: { resourceName: string }[] }).items) {
      await this.control('DELETE', 'board', resourceName.replace('people', 'persons'));
    }
    await this.sync('board', '/full');
  }

  private async garble(): Promise<void> {
    await this.at('13:28:00');
    await this.fault('yuki-tanabe', {
      kind: 'replace-person',
      persons: GARBLED.map((person) => JSON.stringify(person)),
    });
    await this.sync('yuki-tanabe');
  }

  private async lastMinutes(): Promise<void> {
    const quiet: BookKey[] = ['lisboa', 'oslo', 'lena-hoffmann', 'reception', 'finance', 'yuki-tanabe'];
    for (const [index, key] of quiet.entries()) {
      await this.at(`14:28:${String(10 + index * 7)}`);
      await this.sync(key);
    }
    await this.at('14:29:02');
    await this.control('PATCH', 'lyon', 'persons/cdepot', {
      phoneNumbers: [{ value: '04 99 00 12 86', type: 'work' }],
    });
    await this.control('PATCH', 'lyon', 'persons/ckarim', {
      addresses: [{ streetAddress: '31 avenue Jean Jaurès', postalCode: '69007', city: 'Lyon' }],
    });
    // So long that it is no use to wait: the run ends at once, and its last touch makes a Google of it that is away.
    await this.fault('lyon', { kind: 'status', status: 429, retryAfter: 3_600 }, { page: 2 });
    await this.sync('lyon', '/full');
    for (const [time, key, changes] of LAST_CHANGES) {
      await this.at(time);
      for (const [method, path, body] of changes) await this.control(method, key, path, body);
      await this.sync(key);
    }
  }

  /** What goes on while the pictures are taken. */
  async present(): Promise<Places> {
    await this.control('POST', 'events-team', 'sync-tokens/expire', { status: 410 });
    for (const [person, fields] of EVENTS_TEAM_CHANGES) {
      await this.control('PATCH', 'events-team', `persons/${person}`, fields);
    }
    await this.fault('events-team', { kind: 'hang' }, { page: 9, fullOnly: true }, 100);
    await this.fault('procurement', { kind: 'status', status: 429, retryAfter: 40 }, {}, 100);
    const liveRun = await this.begin('events-team');
    const waiting = await this.begin('procurement');
    await waitFor(async () => (await this.run(liveRun)).statistics.pages === 8, { what: 'eight pages' });
    await waitFor(
      async () =>
        (
          await sql<{ found: boolean }>(
            this.database,
            `select activity->>'phase' = 'waiting' as found from sync_runs where id = $1`,
            [waiting],
          )
        )[0]?.found,
      { what: 'the wait that Google asks for' },
    );
    await sql(this.database, standStill(NOW, liveRun));
    return {
      account: idOf('mara-lindqvist'),
      signInNeeded: idOf('sales-emea'),
      doneRun: await this.lastRun('mara-lindqvist', ''),
      heldRun: await this.lastRun('trade', '&state=held'),
      liveRun,
      failedRun: await this.lastRun('lyon', ''),
      ...(await this.contents()),
    };
  }

  private async contents() {
    const search = (q: string) =>
      this.api('POST', '/api/contacts/search', { q }).then(({ body }) => body.items[0].id as string);
    const [event] = await sql<{ position: string }>(
      this.database,
      `select position from events where stream_id = $1 order by version desc limit 1`,
      [await search('Marcus Adeyemi')],
    );
    const open = (await this.api('GET', '/api/quarantine?state=open&limit=500')).body as {
      items: { id: string; resourceName: string | null }[];
    };
    return {
      contact: await search('Marcus Adeyemi'),
      event: event?.position ?? '',
      quarantined: open.items.find(({ resourceName }) => resourceName === 'people/cwilma')?.id ?? '',
    };
  }

  private async lastRun(key: BookKey, filter: string): Promise<string> {
    const { body } = await this.api('GET', `/api/sync/runs?accountId=${idOf(key)}&limit=1${filter}`);
    return body.items[0].id as string;
  }

  private async run(id: string): Promise<Answer['body']> {
    return (await this.api('GET', `/api/sync/runs/${id}`)).body as unknown;
  }

  private at(time: string): Promise<void> {
    return this.clock.set(`2026-11-24T${time}Z`);
  }

  private async sync(key: BookKey, path = '', token: string = TOKENS.ops): Promise<void> {
    const { status, body } = await this.api(
      'POST',
      `/api/sync${path}`,
      { accountId: idOf(key) },
      { authorization: `Bearer ${token}` },
    );
    // A sync that fails is part of the story.
    if (status === 400 || status === 404 || status === 409) throw new Error(JSON.stringify(body));
  }

  private async begin(key: BookKey): Promise<string> {
    const { body } = await this.api(
      'POST',
      '/api/sync',
      { accountId: idOf(key) },
      { prefer: 'respond-async' },
    );
    return body.id as string;
  }

  private fault(key: BookKey, fault: object, when: object = {}, times = 1): Promise<void> {
    return this.control('POST', key, 'faults', { where: 'connections', when, times, fault });
  }

  private async control(method: string, key: BookKey, path: string, body?: unknown): Promise<void> {
    const answer = await this.google.control(method, `/control/${path}?account=${key}`, body);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
  }

  private async connect(key: BookKey, index: number): Promise<void> {
    const email = `${key}@halden.example`;
    await this.control('PUT', key, `accounts/${key}`, { persons: 0, seed: SEED + index, email });
    const name = ADDRESS_BOOKS[index]?.name ?? key;
    await connectAccount(this.database, { id: idOf(key), key, name, email });
  }
}

function asInes(): Record<string, string> {
  return { authorization: `Bearer ${TOKENS.ines}` };
}

/** The same each time. */
function idOf(key: BookKey): string {
  const index = ADDRESS_BOOKS.findIndex((book) => book.key === key);
  return `b4e7d1c2-5a0f-4f6e-9c3b-${String(710_000_000_000 + index)}`;
}

const person = (name: string, fields: object = {}, resourceName?: string) => {
  const words = name.split(' ');
  return {
    ...(resourceName !== undefined && { resourceName: `people/${resourceName}` }),
    names: [{ givenName: words.slice(0, -1).join(' '), familyName: words.at(-1) }],
    ...fields,
  };
};

/** Persons that the story needs by name. */
const OWN: Partial<Record<BookKey, readonly object[]>> = {
  'mara-lindqvist': [
    person(
      'Marcus Adeyemi',
      {
        organizations: [{ name: 'Adeyemi Imports', title: 'Owner' }],
        phoneNumbers: [{ value: '+44 20 7946 0127', type: 'work' }],
        emailAddresses: [{ value: 'marcus@adeyemi.example', type: 'home' }],
        addresses: [
          {
            streetAddress: '14 Tanner Street',
            city: 'London',
            postalCode: 'SE1 3LE',
            country: 'GB',
            type: 'work',
          },
        ],
        relations: [{ person: 'Efua Adeyemi', type: 'spouse' }],
        events: [{ date: { year: 2011, month: 8, day: 14 }, type: 'anniversary' }],
        urls: [{ value: 'https://adeyemi.example', type: 'homePage' }],
        userDefined: [{ key: 'Customer no.', value: '40718' }],
        biographies: [{ value: 'Met at the 2024 fair in Lyon. Prefers e-mail.' }],
      },
      'cmarcus',
    ),
    person(
      'Sofia Brandt',
      {
        emailAddresses: [{ value: 'sofia@brandt.example', type: 'work' }],
        organizations: ['Nordlicht Energie'],
      },
      'csofia',
    ),
  ],
  'ada-okonkwo': [
    person('Grace Hopper', { phoneNumbers: [{ value: '02 32 91 38 98', type: 'mobile' }] }, 'cgrace'),
  ],
  'beatriz-duarte': [person('Old fax line', {}, 'coldfax')],
  harbour: [
    person('Café Marlin', { phoneNumbers: [{ value: '+44 20 7946 0511', type: 'work' }] }, 'cmarlin'),
    person('Samir Haddad', { addresses: ['12 rue des Lilas, Lyon'] }, 'csamir'),
  ],
  legal: [
    person('Priya Raman', {}, 'cpriya'),
    person('Olof Svensson', {}, 'colof'),
    person('O. Svensson', {}, 'cosv'),
  ],
  reception: [person('Ilse Maes', { organizations: [{ name: 'Maes NV', title: 'Assistant' }] }, 'cilse')],
  clinic: [person('Ferran Martí', { organizations: ['Clínica Sant Pau'] }, 'cferran')],
  trade: [
    person(
      'Ingrid Solheim',
      { phoneNumbers: [{ value: '+47 400 00 118', type: 'mobile' }], organizations: ['Fjordline AS'] },
      'cingrid',
    ),
    person('Rahul Menon', {}, 'crahul'),
  ],
  lyon: [
    person('Dépôt Vénissieux', { phoneNumbers: [{ value: '04 99 00 12 40', type: 'work' }] }, 'cdepot'),
    person(
      'Karim Benali',
      { addresses: [{ streetAddress: '8 rue de Gerland', postalCode: '69007', city: 'Lyon' }] },
      'ckarim',
    ),
  ],
  'events-team': [
    person(
      'Noor van Dijk',
      { organizations: [{ name: 'Expo BV', title: 'Coordinator, Rotterdam' }] },
      'cnoor',
    ),
    person('Tove Lindgren', { phoneNumbers: [{ value: '+46 70 174 06 05', type: 'mobile' }] }, 'ctove'),
  ],
  'yuki-tanabe': [
    person(
      'Wilma Karhu',
      {
        phoneNumbers: [{ value: '+358 45 7396 0112', type: 'mobile' }],
        organizations: [{ name: 'Karhu Oy', title: 'Export manager' }],
        emailAddresses: ['wilma@karhu.example'],
      },
      'cwilma',
    ),
  ],
};

const TRADE_CHANGES: readonly (readonly [string, object])[] = [
  [
    'cingrid',
    {
      phoneNumbers: [{ value: '+47 400 00 173', type: 'mobile' }],
      organizations: [{ name: 'Fjord Logistics AS' }],
    },
  ],
  ['crahul', { emailAddresses: [{ value: 'rahul@menon-exports.example', type: 'work' }] }],
];

const EVENTS_TEAM_CHANGES: readonly (readonly [string, object])[] = [
  ['cnoor', { organizations: [{ name: 'Expo BV', title: 'Coordinator, Antwerp' }] }],
  ['ctove', { phoneNumbers: [{ value: '+46 70 174 06 99', type: 'mobile' }] }],
];

const GARBLED = [
  {
    resourceName: 'people/cwilma',
    metadata: { sources: [{ type: 'CONTACT', id: '481f0c2a0e7b3c9c' }] },
    names: [{ givenName: 'Wilma', familyName: 'Karhu', displayName: 'Wilma Karhu' }],
    phoneNumbers: [
      { value: '+358 45 7396 0112', type: 'mobile' },
      { value: 35_845_739_601, type: 'work' },
    ],
    organizations: [{ name: 'Karhu Oy', title: 'Head of export' }],
    emailAddresses: [{ value: 'wilma@karhu.example' }],
  },
  {
    resourceName: 'people/ctaavi',
    names: [{ displayName: 'Taavi Lepp' }],
    phoneNumbers: [{ value: 37_255 }],
  },
  {
    resourceName: 'people/chugo',
    names: [{ displayName: 'Hugo Prieto' }],
    urls: ['one'],
  },
];

type Change = readonly [method: string, path: string, body?: object];

/** Each synced right after. */
const LAST_CHANGES: readonly (readonly [string, BookKey, readonly Change[]])[] = [
  ['14:29:40', 'elif-aydin', [['POST', 'persons', person('Kaya Yıldız', {}, 'ckaya')]]],
  [
    '14:29:58',
    'reception',
    [['PATCH', 'persons/cilse', { organizations: [{ name: 'Maes NV', title: 'Office manager' }] }]],
  ],
  [
    '14:30:15',
    'legal',
    [
      ['POST', 'persons/cpriya/rename', { newResourceName: 'people/cpriya2' }],
      ['POST', 'persons/cosv/merge', { into: 'colof', tombstone: true }],
    ],
  ],
  [
    '14:30:48',
    'harbour',
    [
      ['PATCH', 'persons/csamir', { addresses: ['4 quai Perrache, Lyon'] }],
      ['PATCH', 'persons/cmarlin', { phoneNumbers: [{ value: '+44 20 7946 0512', type: 'work' }] }],
    ],
  ],
  ['14:30:55', 'tomasz-wrona', []],
  [
    '14:31:01',
    'beatriz-duarte',
    [
      ['POST', 'persons', person('Lena Fischer', { organizations: ['Nordlicht Energie'] }, 'clena')],
      ['DELETE', 'persons/coldfax'],
    ],
  ],
  [
    '14:31:19',
    'mara-lindqvist',
    [
      [
        'PATCH',
        'persons/cmarcus',
        {
          organizations: [{ name: 'Halden Trading', title: 'Senior buyer', department: 'Purchasing' }],
          biographies: [{ value: 'Met at the 2026 fair in Grenoble. Prefers e-mail.' }],
        },
      ],
      [
        'PATCH',
        'persons/csofia',
        { emailAddresses: [{ value: 'sofia.brandt@nordlicht.example', type: 'work' }] },
      ],
    ],
  ],
  ['14:31:48', 'clinic', []],
  [
    '14:32:05',
    'ada-okonkwo',
    [['PATCH', 'persons/cgrace', { phoneNumbers: [{ value: '+33 1 99 00 45 78', type: 'mobile' }] }]],
  ],
];
