import { MikroORM, type SqlEntityManager } from '@mikro-orm/postgresql';
import { databaseParts } from '#database';
import { type PeopleSources } from '#google-people';
import { boundSql, connectDatabase, Notifications, ormOptions } from '#platform';
import { type StateDifference, verifyTables } from '#read-model';
import {
  AccountLock,
  type DeletionGuard,
  RunQueue,
  Runs,
  RunWorker,
  SnapshotComparison,
  SyncDependencies,
} from '#sync';
import {
  AccountGrants,
  Accounts,
  ConnectAccountCommand,
  ConnectAccountHandler,
  RefreshTokenVault,
} from '#accounts';
import pg from 'pg';
import { pino } from 'pino';

import { type TestDatabase } from '../support/database.js';
import { createMigratedDatabase } from '../support/migrated-database.js';
import { waitFor } from '../support/wait-for.js';
import { googleSources } from './google-sources.js';
import { type Cut, SeverableWire } from './severable-wire.js';

const LOG = pino({ level: 'silent' });

/** The settings of a process; the one after a crash may have others. */
export interface EngineSettings {
  readonly sources: PeopleSources;
  readonly deletionGuard: DeletionGuard | null;
  /** How many workers compete for a run. */
  readonly workers: number;
}

/** Two workers, each with one statement at a time, and one look-up. Fewer are open again sooner after a crash. */
const MOST_CONNECTIONS = 3;

/** How PostgreSQL knows the sessions of the process that syncs. */
const SYNCING = 'syncing';

/** In sessions this short PostgreSQL would plan nearly every statement anew, which tables this small do not need. */
const PLAN_ONCE = '-c plan_cache_mode=force_generic_plan';

/** Whose an account is, the engine says at each sign-in. */
const NOT_ASKED = googleSources('http://127.0.0.1:9', 1);

/** A process that has not noticed a blip by then counts as idle. */
const BLIP_MS = 300;
/** No run of these sizes takes longer: the longest gives up a list after a hundred pages of 50 MB. */
const STUCK_MS = 60_000;

/** A run did not end in time. */
class RunStuck extends Error {
  override readonly name = 'RunStuck';
}

/**
 * A database of its own with two processes at it: one that asks, whose connections hold, and one that syncs, whose
 * connections can be cut at any statement. Accounts are used one after the other.
 */
export class EngineLane {
  readonly queue: RunQueue;
  readonly runs: Runs;
  readonly accounts: Accounts;
  readonly grants: AccountGrants;
  readonly lock: AccountLock;
  private readonly vault = new RefreshTokenVault([Buffer.alloc(32, 7)]);
  private readonly syncingGrants: AccountGrants;

  private constructor(
    private readonly database: TestDatabase,
    private readonly asking: MikroORM,
    private readonly syncing: MikroORM,
    private readonly wire: SeverableWire,
    private readonly notifications: Notifications,
  ) {
    this.queue = new RunQueue(asking.em, notifications);
    this.runs = new Runs(asking.em);
    this.accounts = new Accounts(asking.em);
    this.grants = new AccountGrants(asking.em, this.vault);
    this.lock = new AccountLock(asking.em, 'asking', LOG);
    this.syncingGrants = new AccountGrants(syncing.em, this.vault);
  }

  static async open(): Promise<EngineLane> {
    const database = await createMigratedDatabase();
    const asking = await connectDatabase(database.url, databaseParts);
    const wire = new SeverableWire();
    const options = ormOptions(database.url, databaseParts);
    const syncing = new MikroORM({
      ...options,
      driverOptions: {
        ...options.driverOptions,
        stream: wire.open,
        options: PLAN_ONCE,
        application_name: SYNCING,
      },
      pool: { min: 0, max: MOST_CONNECTIONS },
      logger: () => undefined,
    });
    await syncing.connect();
    const notifications = new Notifications(database.url, LOG);
    await notifications.start();
    return new EngineLane(database, asking, syncing, wire, notifications);
  }

  async close(): Promise<void> {
    this.queue.stopWaiting();
    await this.notifications.stop();
    await Promise.all([this.asking.close(), this.syncing.close()]);
    await this.database.drop();
  }

  /** Where what syncs keep of contacts is not what the log says. */
  async damagedSnapshots(): Promise<readonly StateDifference[]> {
    const { signal } = new AbortController();
    const { state } = await verifyTables(this.asking.em, [], signal, new SnapshotComparison());
    return state?.firstDifferences ?? [];
  }

  /** How often its connections were cut so far. */
  get cuts(): number {
    return this.wire.cutCount;
  }

  /** Cuts the syncing process's connections now; PostgreSQL carries out what they have sent. */
  blip(): void {
    this.wire.cutNow({ statement: 1, where: 'after', kind: 'blip' });
  }

  /** A session beside those of its processes. */
  async connect(): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: this.database.url });
    await client.connect();
    return client;
  }

  get em(): SqlEntityManager {
    return this.asking.em.fork();
  }

  async sql<Row>(statement: string, parameters: readonly unknown[]): Promise<Row[]> {
    return boundSql<Row>(this.em, statement, parameters);
  }

  /** @returns the account's id, the same one whenever it signs in again */
  async signIn(subject: string, refreshToken: string): Promise<string> {
    const handler = new ConnectAccountHandler(this.asking.em, this.vault, this.grants, NOT_ASKED);
    const { id } = await handler.execute(new ConnectAccountCommand({ subject, email: null, refreshToken }));
    return id;
  }

  /** What commands of the asking process need. */
  dependencies({ sources, deletionGuard }: EngineSettings): SyncDependencies {
    return new SyncDependencies(this.asking.em, this.grants, sources, deletionGuard, LOG);
  }

  /**
   * A syncing process, from its start to the end of the run, or to its own.
   *
   * @param over resolves with the end of the run
   * @param cut when its connections break; null: they hold
   * @param stop asks the process to stop, as SIGTERM does
   */
  async work(
    over: Promise<unknown>,
    settings: EngineSettings,
    cut: Cut | null,
    stop: Promise<unknown>,
  ): Promise<void> {
    const { sources, deletionGuard } = settings;
    const dependencies = new SyncDependencies(
      this.syncing.em,
      this.syncingGrants,
      sources,
      deletionGuard,
      LOG,
    );
    const workers = Array.from(
      { length: settings.workers },
      (_, index) =>
        new RunWorker(dependencies, this.notifications, { owner: `worker ${index + 1}`, concurrency: 4 }),
    );
    const ends: Promise<unknown>[] = [over, stop];
    if (cut !== null) {
      const severed = this.wire.arm(cut);
      // After a blip the process goes on and connects again, unless the cut met it idle.
      ends.push(severed.then(() => (cut.kind === 'blip' ? delay(BLIP_MS) : undefined)));
    }
    for (const worker of workers) worker.start();
    try {
      await Promise.race([...ends, delay(STUCK_MS).then(() => Promise.reject(new RunStuck()))]);
    } finally {
      await Promise.all(workers.map((worker) => worker.stop()));
      this.wire.revive();
    }
  }

  /**
   * What time would do: the statements of a dead process end, and its lease runs out. In this order, because such a
   * statement goes on at the server and could renew the lease.
   */
  async expireLease(accountId: string): Promise<void> {
    await waitFor(
      async () => {
        const [sessions] = await this.sql<{ count: number }>(
          `select count(*)::int from pg_stat_activity where datname = current_database() and application_name = $1`,
          [SYNCING],
        );
        return (sessions?.count ?? 0) <= this.wire.openSockets;
      },
      { what: 'the sessions that were cut off to end' },
    );
    await this.sql('update leases set expires_at = clock_timestamp() where name = $1', [
      `account ${accountId}`,
    ]);
  }
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
