import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { lackingRights } from '#database';
import { boundSql, type Configuration, counted, leadsThroughPooler } from '#platform';

import { type Examination, type Finding, judged, type Unanswered } from './examination.js';

interface PostgresFacts {
  readonly version: number;
  readonly role: string;
  readonly isSuperuser: boolean;
  readonly lackingExtensions: readonly string[];
  readonly now: string;
  readonly free: number;
  readonly most: number;
  readonly bytes: string;
  /** Tables of which much is dead, the worst first. */
  readonly bloated: readonly string[];
  readonly invalid: readonly string[];
  /** Seconds of the oldest transaction of the database. */
  readonly oldestTransaction: number;
}

const OLDEST_VERSION = 14;
/** Of the connections, below which others may find none. */
const FEW_FREE = 5;
const LARGE_SKEW_MS = 5_000;
const LONG_TRANSACTION_S = 300;
const GIGABYTE = 1024 ** 3;

/** The database as PostgreSQL itself tells of it. */
export class PostgresExamination implements Examination {
  readonly area = 'postgres';
  readonly asks = 'postgres';
  readonly document = 'docs/operations.md#postgresql';

  constructor(
    private readonly em: SqlEntityManager,
    private readonly configuration: Configuration,
  ) {}

  async examine(): Promise<(Finding | Unanswered)[]> {
    const em = this.em.fork();
    const asked = Date.now();
    const [facts] = await boundSql<PostgresFacts>(em, FACTS);
    const answered = Date.now();
    if (facts === undefined) throw new Error('PostgreSQL says nothing of itself');
    const lacking = await lackingRights(em, facts.role);
    return [
      version(facts),
      role(facts),
      rights(facts, lacking),
      // It needs a connection of its own: where there is none, the others are told all the same.
      await this.pooler().catch((error: unknown) => ({ check: 'postgres-pooler', error })),
      extensions(facts),
      clock(Date.parse(facts.now), asked, answered),
      connections(facts),
      bloat(facts),
      indexes(facts),
      transactions(facts),
    ];
  }

  private async pooler(): Promise<Finding> {
    const { DATABASE_URL, DATABASE_DIRECT_URL } = this.configuration;
    const found =
      DATABASE_DIRECT_URL === DATABASE_URL
        ? 'No pooler of transactions is in the way.'
        : 'DATABASE_DIRECT_URL leads to PostgreSQL itself.';
    return judged('postgres-pooler', !(await leadsThroughPooler(DATABASE_DIRECT_URL)), found, {
      verdict: 'failed',
      found: 'What is to be a direct connection leads through a pooler of transactions.',
      mend: 'Set DATABASE_DIRECT_URL to an address of PostgreSQL itself.',
    });
  }
}

function version({ version: number, bytes }: PostgresFacts): Finding {
  const major = Math.floor(number / 10_000);
  const found = `PostgreSQL ${major}; the database has ${(Number(bytes) / GIGABYTE).toFixed(2)} GB.`;
  return judged('postgres-version', major >= OLDEST_VERSION, found, {
    verdict: 'failed',
    mend: `Upgrade PostgreSQL to ${OLDEST_VERSION} or newer.`,
  });
}

function role({ role: name, isSuperuser }: PostgresFacts): Finding {
  return judged('postgres-role', !isSuperuser, `The service connects as "${name}", which is no superuser.`, {
    verdict: 'warning',
    found: `The service connects as the superuser "${name}".`,
    mend: 'Give it a role of its own: docs/operations.md#the-database-role.',
  });
}

function rights({ role: name }: PostgresFacts, lacking: readonly string[]): Finding {
  const more = lacking.length > 3 ? ' … (npm run migrate gives all of them)' : '';
  return judged('postgres-rights', lacking.length === 0, `"${name}" has the rights that it needs.`, {
    verdict: 'failed',
    found: `"${name}" lacks ${counted(lacking.length, 'right')}.`,
    mend: `As the owner of the tables: ${lacking.slice(0, 3).join('; ')};${more}`,
  });
}

const EXTENSIONS = ['pg_trgm', 'btree_gin'];

function extensions({ lackingExtensions: lacking }: PostgresFacts): Finding {
  return judged(
    'postgres-extensions',
    lacking.length === 0,
    `${EXTENSIONS.join(' and ')} are there, by which contacts are searched.`,
    {
      verdict: 'failed',
      found: `The extensions by which contacts are searched are not all there: without ${lacking.join(', ')}.`,
      mend: `As an administrator of the database: ${lacking.map((name) => `create extension ${name};`).join(' ')}`,
    },
  );
}

/** @param now of PostgreSQL. @param asked and `answered`: ours, before and after */
function clock(now: number, asked: number, answered: number): Finding {
  const skew = now < asked ? asked - now : Math.max(0, now - answered);
  const found = `The clocks of this process and of PostgreSQL are ${(skew / 1_000).toFixed(1)} s apart.`;
  return judged('postgres-clock', skew <= LARGE_SKEW_MS, found, {
    verdict: 'warning',
    mend: 'Let both machines keep their time by NTP: tokens and sign-ins end by it.',
  });
}

function connections({ free, most }: PostgresFacts): Finding {
  return judged('postgres-connections', free >= FEW_FREE, `Free connections: ${free} of ${most}.`, {
    verdict: free > 0 ? 'warning' : 'failed',
    mend: 'End sessions that nobody needs (pg_stat_activity), raise max_connections, or run fewer processes.',
    document: 'docs/how-to/mend-a-lack-of-connections.md',
  });
}

function bloat({ bloated }: PostgresFacts): Finding {
  return judged('postgres-bloat', bloated.length === 0, 'No table is full of rows that are gone.', {
    verdict: 'warning',
    found: `Much of these tables is rows that are gone: ${bloated.join(', ')}.`,
    mend: 'See that autovacuum is on and that no old transaction keeps it from its work; then vacuum them.',
  });
}

function indexes({ invalid }: PostgresFacts): Finding {
  return judged('postgres-indexes', invalid.length === 0, 'Every index is valid.', {
    verdict: 'failed',
    found: `The making of an index was broken off: ${invalid.join(', ')}.`,
    mend: `reindex index concurrently ${invalid[0] ?? ''};`,
  });
}

function transactions({ oldestTransaction: seconds }: PostgresFacts): Finding {
  const found = `The oldest transaction of the database has been open for ${seconds} s.`;
  return judged('postgres-transactions', seconds < LONG_TRANSACTION_S, found, {
    verdict: 'warning',
    mend: 'Find it in pg_stat_activity (order by xact_start), and end it if nobody needs it: vacuum waits for it.',
  });
}

/** What the service's role may see; others' statements are not looked at. */
const FACTS = `
  select current_setting('server_version_num')::int as version, current_user as role,
    current_setting('is_superuser')::boolean as "isSuperuser",
    array(select name from unnest(array['${EXTENSIONS.join("', '")}']) as name
      where not exists (select from pg_extension where extname = name)) as "lackingExtensions",
    clock_timestamp() as now,
    current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
      - (select count(*)::int from pg_stat_activity where backend_type = 'client backend') as free,
    current_setting('max_connections')::int as most,
    pg_database_size(current_database()) as bytes,
    array(select relname::text from pg_stat_user_tables
      where n_dead_tup > 100000 and n_dead_tup > n_live_tup / 2 order by n_dead_tup desc limit 5) as bloated,
    array(select indexrelid::regclass::text from pg_index join pg_class on pg_class.oid = indexrelid
      where not indisvalid and relnamespace = current_schema()::regnamespace) as invalid,
    (select coalesce(extract(epoch from now() - min(xact_start)), 0)::int from pg_stat_activity
      where datname = current_database()) as "oldestTransaction"`;
