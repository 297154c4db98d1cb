import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Contact, type ContactEvent } from '#contact';
import { boundSql } from '#platform';
import { ContactQueries, ContactProjectionHandler } from '#read-model';

import { shownList } from '../support/shown-contacts.js';
import { ContactStream, createLogDatabase, type LogDatabase } from '../support/contact-feed-log.js';

describe('The read model', () => {
  let logDatabase: LogDatabase;
  let queries: ContactQueries;

  beforeAll(async () => {
    logDatabase = await createLogDatabase();
    queries = new ContactQueries(logDatabase.em);
  });
  afterAll(() => logDatabase.close());

  const apply = async (events: readonly ContactEvent[]): Promise<void> => {
    const source = randomUUID();
    const records = events.map((event, index) => ({ position: BigInt(index + 1), event }));
    await new ContactProjectionHandler(logDatabase.em)
      .prepare(records)
      .apply({ previous: null, next: { source, partition: 0, offset: 1n, position: 1n } });
  };

  /** An account with these contacts. */
  const account = async (contacts: readonly Partial<Contact>[]): Promise<string> => {
    const accountId = randomUUID();
    await apply(contacts.map((details) => new ContactStream(accountId).updated(details)));
    return accountId;
  };

  const found = async (accountId: string, q: string): Promise<string[]> => {
    const { items } = await shownList(queries, { accountId, q, limit: 500 });
    return items.map(({ displayName }) => displayName);
  };

  const phone = (value: string, canonicalForm: string | null = null) => ({
    phoneNumbers: [{ value, canonicalForm, type: null, primary: true }],
  });
  const email = (value: string) => ({ emailAddresses: [{ value, type: null, primary: true }] });

  describe('searches', () => {
    it.each([
      ['a part of a name', 'lovel', { displayName: 'Ada Lovelace' }],
      ['several words in any order', 'lovelace ADA', { displayName: 'Ada Lovelace' }],
      [
        'words of different fields',
        'ada engine',
        {
          displayName: 'Ada',
          organizations: [{ name: 'Analytical Engine', title: null, department: null, primary: true }],
        },
      ],
      ['without accents what is written with them', 'francoise zoe', { displayName: 'Françoise Zoë' }],
      ['with accents what is written without them', 'Françoise', { displayName: 'Francoise' }],
      ['ß as ss', 'strasse', { displayName: 'Anna Straße' }],
      ['a Turkish capital İ', 'istanbul', { displayName: 'İSTANBUL Ofis' }],
      ['a Greek final sigma', 'παπαδοπουλοσ', { displayName: 'Νίκος Παπαδόπουλος' }],
      ['Cyrillic', 'фёдор', { displayName: 'Федор Достоевский' }],
      ['Latin letters that are no ASCII', 'thorsdottir', { displayName: 'Þórsdóttir' }],
      ['an apostrophe of another kind', "o'dowd", { displayName: 'O’Dowd' }],
      ['a dash of another kind', 'anne-marie', { displayName: 'Anne\u2011Marie' }],
      ['what cannot be seen', 'rijkaard', { displayName: 'Rijk\u00adaard' }],
      ['umlauts as they are spelled without', 'mueller', { displayName: 'Jörg Müller' }],
      ['Cyrillic in Latin letters', 'ivanov', { displayName: 'Иван Иванов' }],
      ['kana in Latin letters', 'yamada', { displayName: 'ヤマダ' }],
      ['Chinese', '林', { displayName: '林徽因' }],
      ['Korean', '김민', { displayName: '김민준' }],
      ['full-width letters', 'ada', { displayName: 'Ａｄａ' }],
      ['Arabic without vowel points', 'محمد', { displayName: 'مُحَمَّد' }],
      ['a nickname', 'countess', { displayName: 'Ada', nicknames: ['The Countess'] }],
      [
        'a job title',
        'mathematic',
        {
          displayName: 'Ada',
          organizations: [{ name: null, title: 'Mathematician', department: null, primary: true }],
        },
      ],
      ['an e-mail address', 'ada@example', { displayName: 'Ada', ...email('Ada@Example.org') }],
      ['a whole e-mail address', 'ada_l@example.org', { displayName: 'Ada', ...email('ada_l@example.org') }],
      [
        'a phone number, however it is written',
        '06-12.34',
        { displayName: 'Ada', ...phone('06 12 34 56 78') },
      ],
      [
        'a phone number by its canonical form',
        '+33 6 12',
        { displayName: 'Ada', ...phone('06 12 34 56 78', '+33612345678') },
      ],
      [
        'a phone number with 00',
        '00491725550199',
        { displayName: 'Ada', ...phone('+49 172 5550199', '+491725550199') },
      ],
      [
        'a phone number as it is dialled at home',
        '01725550199',
        { displayName: 'Ada', ...phone('+49 172 5550199', '+491725550199') },
      ],
      [
        'the beginning of a phone number as it is dialled at home',
        '0172 55',
        { displayName: 'Ada', ...phone('+49 172 5550199', '+491725550199') },
      ],
      [
        'a phone number without a country code',
        '0049 172 5550199',
        { displayName: 'Ada', ...phone('0172 5550199') },
      ],
      ['a service code', '*31#', { displayName: 'Ada', ...phone('*31#0172 5550199') }],
      ['a pause', '030123456,,12#', { displayName: 'Ada', ...phone('030123456,,12#') }],
      ['an extension', '030 123456 ext. 12', { displayName: 'Ada', ...phone('030 123456 ext. 12') }],
      ['a phone number in the digits of another script', '0612', { displayName: 'Ada', ...phone('٠٦١٢٣٤') }],
      ['a percent sign', '100%', { displayName: '100% Ada' }],
      ['an underscore', 'a_b', { displayName: 'a_b' }],
      ['a backslash', 'a\\b', { displayName: 'a\\b' }],
    ] as const)('%s', async (_, q, details) => {
      const accountId = await account([details, { displayName: 'Somebody Else' }]);
      expect(await found(accountId, q)).toEqual([details.displayName]);
    });

    it.each([
      ['a percent sign for anything', '%', { displayName: 'Ada' }],
      ['an underscore for any letter', 'a_a', { displayName: 'Ada' }],
      ['a backslash for nothing', 'a\\da', { displayName: 'Ada' }],
      [
        'a word out of the end of one field and the start of the next',
        'dalove',
        { displayName: 'x', givenName: 'Ada', familyName: 'Lovelace' },
      ],
      [
        'digits out of the end of one number and the start of the next',
        '789012',
        {
          displayName: 'x',
          phoneNumbers: [phone('456789').phoneNumbers[0], phone('012345').phoneNumbers[0]],
        },
      ],
      [
        'an address at another domain',
        'ada@example.org',
        { displayName: 'Ada', ...email('ada@example.com') },
      ],
      ['two digits for a phone number', '61', { displayName: 'x', ...phone('0612345678') }],
      ['one word of two', 'ada babbage', { displayName: 'Ada' }],
      ['a character for Latin letters that it is read as', '林', { displayName: 'Linda' }],
      [
        'the beginning of a country code for that of any number',
        '0049 172',
        { displayName: 'x', ...phone('+33 1 72 00 00 00', '+33172000000') },
      ],
      ['Latin letters for what another script is kept as', 'zghjh', { displayName: '林' }],
      ['NUL and lone surrogates', '\u0000\ud800', { displayName: 'Ada' }],
    ] as const)('and does not take %s', async (_, q, details) => {
      const accountId = await account([details as Partial<Contact>]);
      expect(await found(accountId, q)).toEqual([]);
    });

    it('look in ASCII alone, of which the index is made in every script', async () => {
      await account([
        { displayName: '林徽因' },
        { displayName: 'דוד פרץ' },
        { displayName: 'Łukasz Ørsted' },
      ]);
      const rows = await boundSql<{ search_text: string }>(
        logDatabase.em,
        `select search_text from contacts where search_text !~ '^[\\x01-\\x7f]*$'`,
      );
      expect(rows).toEqual([]);
    });

    it('all there is for an empty search', async () => {
      const accountId = await account([{ displayName: 'A' }, { displayName: 'B' }]);
      expect(await found(accountId, '  ')).toEqual(['A', 'B']);
    });
  });

  describe('lists', () => {
    const pages = async (
      accountId: string,
      limit: number,
      { includeDeleted = false, q = '' } = {},
    ): Promise<string[][]> => {
      const result: string[][] = [];
      let cursor: string | undefined;
      do {
        const page = await shownList(queries, { accountId, limit, cursor, includeDeleted, q });
        result.push(page.items.map(({ id }) => id));
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
      return result;
    };

    it('by name as people order them, whatever the case, the accents and the script', async () => {
      const ordered = ['ada', 'Ada', 'Ádám', 'bob', 'Éva', 'Zoe', 'Ωmega', 'Яна', '林'];
      const accountId = await account(ordered.toReversed().map((displayName) => ({ displayName })));
      expect(await found(accountId, '')).toEqual(ordered);
    });

    it('every contact once over its pages, also those of the same name', async () => {
      const names = ['Same', 'Same', 'Same', 'Same', 'Same', 'Before', 'Zulu', 'same'];
      const accountId = await account(names.map((displayName) => ({ displayName })));
      const everything = (await pages(accountId, 500)).flat();
      expect(everything).toHaveLength(names.length);
      for (const limit of [1, 2, 3, 4, 8]) expect((await pages(accountId, limit)).flat()).toEqual(everything);
      expect(await pages(accountId, 8)).toHaveLength(1);
    });

    it('goes on behind the last contact of the page, also when that one is gone', async () => {
      const accountId = randomUUID();
      const streams = ['A', 'B', 'C', 'D'].map((displayName) => {
        const stream = new ContactStream(accountId);
        return { stream, event: stream.updated({ displayName }) };
      });
      await apply(streams.map(({ event }) => event));
      const first = await shownList(queries, { accountId, limit: 2 });
      await apply([streams[1]?.stream.deleted()].filter((event) => event !== undefined));
      const second = await shownList(queries, { accountId, limit: 2, cursor: first.nextCursor ?? '' });
      expect(second.items.map(({ displayName }) => displayName)).toEqual(['C', 'D']);
      expect(second.nextCursor).toBeNull();
    });

    it('pages through names of any length', async () => {
      const long = 'x'.repeat(5_000);
      const accountId = await account([{ displayName: `${long}1` }, { displayName: `${long}2` }]);
      expect((await pages(accountId, 1)).flat()).toHaveLength(2);
    });

    it('deleted contacts only when it is asked for them', async () => {
      const accountId = randomUUID();
      const [kept, gone] = [new ContactStream(accountId), new ContactStream(accountId)];
      await apply([kept.updated(), gone.updated()]);
      await apply([gone.deleted()]);
      expect((await pages(accountId, 500)).flat()).toEqual([kept.id]);
      expect((await pages(accountId, 500, { includeDeleted: true })).flat().sort()).toEqual(
        [kept.id, gone.id].sort(),
      );
    });

    it.each([
      ['many contacts match, all over the list', 'engine'],
      ['few match, far down in it', 'tail'],
      ['a word too short for the index matches', 'xx'],
    ])('every match once, in order, where %s', async (_, q) => {
      const accountId = randomUUID();
      const streams = Array.from({ length: 2_500 }, (_unused, index) => {
        const nicknames = [
          ...(index % 7 === 3 ? ['engine', 'xx'] : []),
          ...(index > 2_000 && index % 50 === 0 ? ['tail'] : []),
        ];
        const stream = new ContactStream(accountId);
        const displayName = `Name ${String(index).padStart(4, '0')}`;
        return { stream, event: stream.updated({ displayName, nicknames }), nicknames };
      });
      await apply(streams.map(({ event }) => event));
      const matching = streams.filter(({ nicknames }) => nicknames.includes(q));
      const idsOf = (some: typeof streams): string[] => some.map(({ stream }) => stream.id);
      for (const limit of [1, 7, 500].filter((size) => matching.length / size < 100)) {
        expect((await pages(accountId, limit, { q })).flat()).toEqual(idsOf(matching));
      }
      await apply(matching.slice(0, 3).map(({ stream }) => stream.deleted()));
      expect((await pages(accountId, 100, { q })).flat()).toEqual(idsOf(matching.slice(3)));
      expect((await pages(accountId, 100, { q, includeDeleted: true })).flat()).toEqual(idsOf(matching));
    });

    it.each([
      ['many match, all over the list', 'qzmany'],
      ['few match, far down in it', 'qzrest'],
      ['two letters match, at the beginning, the end and within words of any script', 'qz'],
      ['one letter matches, which is in no index', '¶'],
    ])('every match in all accounts once, in order, where %s', async (_, q) => {
      const texts = ['qzmany', 'aqz', 'bqzb', 'c qz-c', 'qz林', 'qzrest 林'];
      const events = Array.from({ length: 1_300 }, (_unused, index) => {
        const text = index % 5 === 2 ? texts[0] : index > 1_000 ? texts[index % texts.length] : '';
        const stream = new ContactStream();
        const displayName = `All ${String(index).padStart(4, '0')} ${q}`.replace(q, text ?? '');
        const nicknames = index % 100 === 7 ? ['¶'] : [];
        return {
          id: stream.id,
          event: stream.updated({ displayName, nicknames }),
          text: `${text} ${nicknames.join()}`,
        };
      });
      await apply(events.map(({ event }) => event));
      const ids: string[] = [];
      for (let cursor: string | undefined; ;) {
        const page = await shownList(queries, { q: `${q} all`, limit: 40, cursor });
        ids.push(...page.items.map(({ id }) => id));
        if (page.nextCursor === null) break;
        cursor = page.nextCursor;
      }
      const ours = new Set(events.map(({ id }) => id));
      expect(ids.filter((id) => ours.has(id))).toEqual(
        events.filter(({ text }) => text.includes(q)).map(({ id }) => id),
      );
      expect(new Set(ids).size).toBe(ids.length);
    });

    it('no more searches of all accounts than a hundred that wait for their turn', async () => {
      const accountId = await account(
        Array.from({ length: 600 }, (_, index) => ({ displayName: `Wait ${index}` })),
      );
      const many = Array.from({ length: 140 }, () => queries.list({ q: 'qw', limit: 1 }));
      const outcomes = await Promise.allSettled(many);
      const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
      expect(refused.length).toBeGreaterThan(0);
      expect(refused.length).toBeLessThan(40);
      expect(refused[0]?.reason).toMatchObject({
        code: 'too-many-searches',
        facts: { retryAfterSeconds: 1 },
      });
      const inAccount = Array.from({ length: 40 }, () => queries.list({ q: 'qwq', accountId, limit: 1 }));
      await expect(Promise.all(inAccount)).resolves.toHaveLength(40);
    });

    it('the contacts of all accounts when none is named', async () => {
      const accountId = await account([{ displayName: 'Only one of that name' }]);
      const { items } = await shownList(queries, { q: 'only one of that name', limit: 10 });
      expect(items.map((item) => item.accountId)).toEqual([accountId]);
    });

    it.each([
      '',
      'nonsense',
      '%%%',
      'bnVsbA',
      Buffer.from('["a"]').toString('base64url'),
      Buffer.from('["a","b"]').toString('base64url'),
      Buffer.from('{"a":1}').toString('base64url'),
      Buffer.from(`["a\\u0000","${randomUUID()}"]`).toString('base64url'),
      Buffer.from(`["\\ud800","${randomUUID()}"]`).toString('base64url'),
    ])('nothing for the cursor %j, which it never gave', async (cursor) => {
      await expect(queries.list({ limit: 1, cursor })).rejects.toMatchObject({
        name: 'CodedError',
        code: 'invalid-cursor',
      });
    });
  });

  it('shows members in the order that people read them in', async () => {
    const accountId = await account([{}]);
    const { items } = await shownList(queries, { accountId, limit: 1 });
    expect(Object.keys(items[0] ?? {}).slice(0, 8)).toEqual([
      'id',
      'accountId',
      'resourceName',
      'version',
      'deleted',
      'deletedAt',
      'deletedReason',
      'displayName',
    ]);
  });

  it('knows no contact by what is no id', async () => {
    expect(await queries.get('people/c1')).toBeNull();
    expect(await queries.get(randomUUID())).toBeNull();
  });
});
