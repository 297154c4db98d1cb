import pg from 'pg';

import { connectAccount } from '../connected-account.js';
import { startTestService, type TestService } from '../service.js';
import { sql } from '../sql.js';
import { waitFor } from '../wait-for.js';
import { ACCOUNTS, AUDIT_ENTRIES, DEAD_LETTERS, LISTS, RUNS } from './many-accounts.sql.js';
import { long, ODD_NAMES } from './odd-names.js';
import { type Size } from './size.js';

const SEED = 24;
const LONGEST_RUN_MS = 600_000;

/** Accounts that were synced from the simulated Google, each known there by its name. */
export const SYNCED = {
  /** The largest one, with the run that changed the most, and the contact that changed the most often. */
  large: '0a4f3c52-6b1d-4d3e-9a70-5e1c0b7d2401',
  /** Its run holds deletions. */
  held: '0a4f3c52-6b1d-4d3e-9a70-5e1c0b7d2402',
  /** Persons of it are in quarantine. */
  garbled: '0a4f3c52-6b1d-4d3e-9a70-5e1c0b7d2403',
  /** Its person has to sign in again. */
  revoked: '0a4f3c52-6b1d-4d3e-9a70-5e1c0b7d2404',
} as const;
type Synced = keyof typeof SYNCED;

/** A filled instance. */
export interface BigInstance extends TestService {
  /** Of {@link SYNCED.large}: a hundred pages, and as many events as the size says. */
  readonly largeRunId: string;
  readonly heldRunId: string;
  /** The contact of many versions and a long biography. */
  readonly changedContactId: string;
}

/**
 * A service with as much as the size says, the same each time but for times and the ids of runs: contacts, runs,
 * quarantine and held deletions are synced from a simulated Google, so that they are as in any other instance; the
 * accounts beside these, their runs, dead letters and audit entries are made in their tables. Nothing is scheduled.
 *
 * @param variables beside those of {@link startTestService}
 */
export async function startBigInstance(
  size: Size,
  variables: Record<string, string> = {},
): Promise<BigInstance> {
  const service = await startTestService({
    SYNC_PAGE_SIZE: String(Math.ceil(size.contacts / 100)),
    RATE_LIMIT: 'off',
    GOOGLE_REFRESH_TOKEN: '',
    ...variables,
  });
  try {
    return { ...service, ...(await new Filling(service, size).all()) };
  } catch (error) {
    await service.stop();
    throw error;
  }
}

interface SyncedRun {
  readonly id: string;
  readonly state: string;
}

class Filling {
  constructor(
    private readonly service: TestService,
    private readonly size: Size,
  ) {}

  async all() {
    await this.addOthers();
    const largeRunId = await this.fillLarge();
    const changedContactId = await this.changeOften();
    const heldRunId = await this.holdDeletions();
    await this.garble();
    await this.revoke();
    await sql(this.service.database, 'vacuum analyze');
    return { largeRunId, heldRunId, changedContactId };
  }

  private async addOthers(): Promise<void> {
    const { accounts, deadLetters, auditEntries } = this.size;
    const { database } = this.service;
    const numbers = [1, accounts - Object.keys(SYNCED).length];
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    try {
      // At once: the service queues what has no list yet.
      await client.query('begin');
      await client.query(ACCOUNTS, [...numbers, ODD_NAMES]);
      await client.query(LISTS, numbers);
      await client.query(RUNS, numbers);
      await client.query(DEAD_LETTERS, [deadLetters]);
      await client.query(AUDIT_ENTRIES, [auditEntries, numbers[1]]);
      await client.query('commit');
    } finally {
      await client.end();
    }
  }

  /** A first sync, names of all kinds, and a full sync of a hundred pages with many changes. */
  private async fillLarge(): Promise<string> {
    const { contacts, events } = this.size;
    const odd = ODD_NAMES.flatMap((name) => [name, long(name)]).map((name) => ({
      names: [{ givenName: name, displayName: name }],
      organizations: [{ name: long(name) }],
    }));
    await this.connect('large', contacts - odd.length - 1);
    await this.google('POST', 'large', 'persons', [
      ...odd,
      { resourceName: 'people/cchanged', names: [{ displayName: 'Very Often Changed' }] },
    ]);
    await this.sync('large', '/full');
    const part = Math.floor(events / 10);
    const edits = events - 2 * part;
    await this.google('POST', 'large', 'persons/change', { edits, creates: part, deletes: part, seed: SEED });
    const { id } = await this.sync('large', '/full');
    return id;
  }

  private async changeOften(): Promise<string> {
    const { versions, biography } = this.size;
    const change = async (fields: object): Promise<void> => {
      await this.google('PATCH', 'large', 'persons/cchanged', fields);
      await this.sync('large', '/incremental');
    };
    for (let version = 2; version < versions; version += 1) {
      await change({
        nicknames: [`Version ${version}`],
        biographies: [{ value: `As of version ${version}. ` }],
      });
    }
    await change({
      biographies: [{ value: 'A long story. '.repeat(biography / 14 + 1).slice(0, biography) }],
    });
    const [contact] = await sql<{ id: string }>(
      this.service.database,
      `select contact_id as id from contact_keys where account_id = $1 and key = 'people/cchanged'`,
      [SYNCED.large],
    );
    if (contact === undefined) throw new Error('The contact that changes often is not there');
    return contact.id;
  }

  private async holdDeletions(): Promise<string> {
    const { held } = this.size;
    await this.connect('held', held * 3);
    await this.sync('held', '/full');
    await this.google('POST', 'held', 'persons/change', { edits: 0, creates: 0, deletes: held, seed: SEED });
    const { id, state } = await this.sync('held', '/full');
    if (state !== 'held') throw new Error(`The deletions are not held: the run is ${state}`);
    return id;
  }

  private async garble(): Promise<void> {
    await this.connect('garbled', 50);
    await this.sync('garbled', '/full');
    const broken = [
      {
        names: [{ displayName: 'Wilma Karhu' }],
        phoneNumbers: [{ value: '+358 45 7396' }, { value: 35845 }],
      },
      { names: 'no list', organizations: [{ name: 'Karhu Oy' }] },
      {
        names: [{ displayName: '<img src=x onerror=alert(1)>' }],
        birthdays: [{ date: 'in May' }],
        urls: ['one'],
      },
    ].map((person, index) => ({ resourceName: `people/cbroken${index}`, ...person }));
    const persons = [...broken, { names: [{ displayName: 'Nobody knows whose' }] }];
    await this.google('POST', 'garbled', 'faults', {
      where: 'connections',
      fault: { kind: 'replace-person', persons: persons.map((person) => JSON.stringify(person)) },
    });
    await this.sync('garbled', '/incremental');
    const { items } = (await this.service.api('GET', `/api/quarantine?accountId=${SYNCED.garbled}`)).body;
    const [last] = (items as { id: string }[]).slice(-1);
    await this.service.api('POST', `/api/quarantine/${last?.id ?? ''}/discard`);
  }

  private async revoke(): Promise<void> {
    await this.connect('revoked', 20);
    await this.sync('revoked', '/full');
    await this.google('POST', 'revoked', 'refresh-tokens/revoke');
    await this.google('POST', 'revoked', 'access-tokens/expire');
    const { state } = await this.sync('revoked', '');
    if (state !== 'failed') throw new Error(`The sign-in did not end: the run is ${state}`);
  }

  private async connect(name: Synced, persons: number): Promise<void> {
    await this.google('PUT', name, `accounts/${name}`, { persons, seed: SEED });
    const account = { id: SYNCED[name], key: name, name, email: `${name}@example.org` };
    await connectAccount(this.service.database, account);
  }

  private async google(method: string, account: Synced, path: string, body?: unknown): Promise<void> {
    const answer = await this.service.google.control(method, `/control/${path}?account=${account}`, body);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
  }

  private async sync(account: Synced, path: string): Promise<SyncedRun> {
    const { api } = this.service;
    const asked = await api(
      'POST',
      `/api/sync${path}`,
      { accountId: SYNCED[account] },
      { prefer: 'respond-async' },
    );
    if (asked.status !== 202) throw new Error(`The sync is refused: ${JSON.stringify(asked.body)}`);
    const { id } = asked.body as SyncedRun;
    return waitFor(
      async () => {
        const { status, body } = await api('GET', `/api/sync/runs/${id}`);
        const run = body as SyncedRun;
        return status !== 200 || run.state === 'queued' || run.state === 'running' ? null : run;
      },
      { what: `a sync of ${account}`, timeoutMs: LONGEST_RUN_MS, everyMs: path === '/full' ? 500 : 10 },
    );
  }
}
