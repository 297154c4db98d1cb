import { type TestDatabase } from './database.js';
import { sql } from './sql.js';

/** One step of a plan, with what it did. */
interface Step {
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Rows Removed by Join Filter'?: number;
  readonly Plans?: readonly Step[];
}

/** A statement that was carried out. */
export interface ExecutedPlan {
  readonly statement: string;
  /** JSON. A plan that was made for any parameters names them, `$1`. */
  readonly plan: string;
  /** The most rows that one of its steps gave or threw away, in all its loops. */
  readonly mostRows: number;
}

/**
 * Has PostgreSQL write down what each statement of later sessions in a database did, step by step (its module
 * auto_explain). They join by nested loops alone: that is what the planner takes where it expects one row, as it does of
 * an account that came after the last ANALYZE.
 *
 * @returns reads the plans since the last reading
 */
export async function executedPlans(database: TestDatabase): Promise<() => Promise<ExecutedPlan[]>> {
  const admin = { url: database.adminUrl };
  const settings = {
    session_preload_libraries: 'auto_explain',
    'auto_explain.log_min_duration': '0',
    'auto_explain.log_analyze': 'on',
    'auto_explain.log_timing': 'off',
    'auto_explain.log_format': 'json',
    'auto_explain.log_parameter_max_length': '0',
    enable_hashjoin: 'off',
    enable_mergejoin: 'off',
    // A table of a few pages, read once and kept, would be cheaper than its index.
    enable_material: 'off',
  };
  for (const [name, value] of Object.entries(settings)) {
    await sql(admin, `alter database ${database.name} set ${name} = '${value}'`);
  }
  // Where the embedded server writes its log, beside its data; another server's log is elsewhere.
  const log = `current_setting('data_directory') || '/../server.log'`;
  let from = Number((await sql<{ size: string }>(admin, `select (pg_stat_file(${log})).size`))[0]?.size);
  return async () => {
    const [row] = await sql<{ text: string }>(
      admin,
      `select convert_from(pg_read_binary_file(${log}, $1, 1000000000), 'UTF8') as text`,
      [from],
    );
    const text = row?.text ?? '';
    from += Buffer.byteLength(text);
    return text.split(/^\S.*LOG: {2}duration: [\d.]+ ms {2}plan:\n/m).flatMap((part, index) => {
      const json = /^(\t.*\n)+/.exec(part)?.[0];
      return index === 0 || json === undefined ? [] : [planOf(json)];
    });
  };
}

function planOf(json: string): ExecutedPlan {
  const { 'Query Text': statement, Plan } = JSON.parse(json) as { 'Query Text': string; Plan: Step };
  return { statement, plan: JSON.stringify(Plan), mostRows: mostRows(Plan) };
}

/** PostgreSQL gives the mean of all loops. */
function mostRows(step: Step): number {
  const rows =
    step['Actual Rows'] + (step['Rows Removed by Filter'] ?? 0) + (step['Rows Removed by Join Filter'] ?? 0);
  return Math.max(rows * step['Actual Loops'], ...(step.Plans ?? []).map(mostRows));
}
