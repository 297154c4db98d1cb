import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

import pg from 'pg';

import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../apps/local/src/embedded-postgres.js';
import { BenchDatabase } from './bench-database.js';
import { cpuMsOfFamily, parentOf } from './processor-time.js';

/** They suit a machine of a few gigabytes. What makes PostgreSQL durable stays as it is. */
export const TUNED = { max_connections: '300', shared_buffers: '1GB', max_wal_size: '8GB' };

/** Without which nothing can be measured. */
const MEASURING = {
  // The WAL of a piece of work is read afterwards, so a checkpoint in between must not remove it.
  wal_keep_size: '1GB',
  shared_preload_libraries: 'pg_stat_statements',
  'pg_stat_statements.track_utility': 'off',
};

/** Of a database, without what our own connections do, which is marked. */
const COUNTED = `from pg_stat_statements where dbid = $1 and query !~ '/\\* bench \\*/'`;

/** What a piece of work cost in one database. */
export interface DatabaseWork {
  readonly statements: number;
  /** Transactions that wrote something and were committed, in whichever database; those that only read write no record. */
  readonly commits: number;
  /** Rows that SELECTs returned. */
  readonly rowsRead: number;
  /** Rows inserted, updated or deleted, as the write-ahead log has them. */
  readonly rowsWritten: number;
  /** Bytes of the write-ahead log, without full page images. */
  readonly bytes: number;
}

/** What a load of minutes cost, whose write-ahead log is too long to be read. */
export interface DatabaseLoad {
  /** As those of {@link DatabaseWork}. */
  readonly statements: number;
  /** Bytes of the write-ahead log, of all databases and with full page images. */
  readonly walBytes: number;
  /** Processor time of all of PostgreSQL's processes; null where the system does not say. */
  readonly cpuMs: number | null;
}

/** A PostgreSQL that contestants share. */
export class BenchPostgres {
  private constructor(
    private readonly server: EmbeddedPostgres,
    private readonly admin: pg.Pool,
  ) {}

  /** @param settings those that are not to be PostgreSQL's own */
  static async start(folder: string, settings: Readonly<Record<string, string>>): Promise<BenchPostgres> {
    mkdirSync(dirname(folder), { recursive: true });
    // When we are root, PostgreSQL runs as another user, who must be able to enter.
    chmodSync(dirname(folder), 0o711);
    const server = await startEmbeddedPostgres({ folder, settings: { ...settings, ...MEASURING } });
    const admin = new pg.Pool({ connectionString: server.adminUrl });
    // Of a connection that is lost while nobody uses it; whoever asks next is told.
    admin.on('error', () => undefined);
    await admin.query('create extension pg_stat_statements');
    await admin.query('create extension pg_walinspect');
    return new BenchPostgres(server, admin);
  }

  async createDatabase(template: string): Promise<BenchDatabase> {
    const name = `bench_${randomBytes(6).toString('hex')}`;
    const url = new URL(this.server.url);
    url.pathname = `/${name}`;
    await this.admin.query(
      `create database ${name} template ${template} owner ${url.username} strategy file_copy`,
    );
    return BenchDatabase.connect(name, url.toString(), () =>
      this.admin.query(`drop database ${name} with (force)`),
    );
  }

  /** So that no contestant writes the pages that the one before left dirty. */
  async checkpoint(): Promise<void> {
    await this.admin.query('checkpoint');
  }

  async version(): Promise<string> {
    const { rows } = await this.admin.query<{ server_version: string }>('show server_version');
    return rows[0]?.server_version ?? 'unknown';
  }

  /** Counts what is done in a database, without what our own connections do, which is marked. */
  async work(database: BenchDatabase, task: () => Promise<void>): Promise<DatabaseWork> {
    const oid = await this.number('select oid::int8 as n from pg_database where datname = $1', database.name);
    const before = await this.walEnd();
    const statements = await this.statements(oid, task);
    const after = await this.walEnd();
    const [files] = await database.query<{ tables: string[]; all: string[] }>(
      `select array_agg(pg_relation_filenode(oid)::text) filter (where relkind = 'r') as tables,
         array_agg(pg_relation_filenode(oid)::text) as all
       from pg_class where oid >= 16384 and relkind in ('r', 'i', 't')`,
    );
    const { rows } = await this.admin.query<{ written: string; bytes: string }>(
      `select coalesce(sum(case when relfilenode = any($4::oid[])
             and record_type ~ '^(INSERT|UPDATE|HOT_UPDATE|DELETE)' then 1 else 0 end), 0) as written,
         coalesce(sum(record_length - coalesce(block_fpi_length, 0)), 0) as bytes
       from pg_get_wal_block_info($1, $2, false)
       where reldatabase = $3 and block_id = 0 and relfilenode = any($5::oid[])`,
      [before, after, oid, files?.tables ?? [], files?.all ?? []],
    );
    const { rows: commits } = await this.admin.query<{ n: string }>(
      `select count(*) as n from pg_get_wal_records_info($1, $2)
       where resource_manager = 'Transaction' and record_type ~ '^COMMIT'`,
      [before, after],
    );
    return {
      commits: Number(commits[0]?.n ?? 0),
      statements,
      rowsRead: await this.number(
        `select coalesce(sum(rows), 0)::int8 as n ${COUNTED} and query ~* '^\\s*select'`,
        oid,
      ),
      rowsWritten: Number(rows[0]?.written ?? 0),
      bytes: Number(rows[0]?.bytes ?? 0),
    };
  }

  /** What a load cost that is measured by the clock; of databases that nobody uses meanwhile, nothing. */
  async load(database: BenchDatabase, task: () => Promise<void>): Promise<DatabaseLoad> {
    const oid = await this.number('select oid::int8 as n from pg_database where datname = $1', database.name);
    const [before, cpuBefore] = [await this.walEnd(), await this.cpuMs()];
    const statements = await this.statements(oid, task);
    const cpuAfter = await this.cpuMs();
    return {
      statements,
      walBytes: await this.number('select pg_current_wal_insert_lsn() - $1::pg_lsn as n', before),
      cpuMs: cpuBefore === null || cpuAfter === null ? null : cpuAfter - cpuBefore,
    };
  }

  async stop(): Promise<void> {
    await this.admin.end();
    await this.server.stop();
  }

  private async statements(oid: number, task: () => Promise<void>): Promise<number> {
    await this.admin.query('select pg_stat_statements_reset(0, $1::oid, 0)', [oid]);
    await task();
    return this.number(`select coalesce(sum(calls), 0)::int8 as n ${COUNTED}`, oid);
  }

  private async cpuMs(): Promise<number | null> {
    const postmaster = parentOf(await this.number('select pg_backend_pid() as n'));
    return postmaster === null ? null : cpuMsOfFamily(postmaster);
  }

  private async walEnd(): Promise<string> {
    const { rows } = await this.admin.query<{ lsn: string }>(
      'select pg_current_wal_insert_lsn()::text as lsn',
    );
    return rows[0]?.lsn ?? '0/0';
  }

  private async number(statement: string, ...parameters: readonly unknown[]): Promise<number> {
    const { rows } = await this.admin.query<{ n: string }>(statement, [...parameters]);
    return Number(rows[0]?.n ?? 0);
  }
}
