import { setTimeout as delay } from 'node:timers/promises';

import { counted, databaseTrouble, type DatabaseTrouble, type PoolFigures, poolFigures } from '#platform';

export const AREAS = ['postgres', 'schema', 'keys', 'kafka', 'google', 'roles', 'waiting', 'disk'] as const;
export type Area = (typeof AREAS)[number];

export const VERDICTS = ['ok', 'warning', 'failed'] as const;
export type Verdict = (typeof VERDICTS)[number];

export const EXAMINATIONS = Symbol('examinations');

/** What was found in one place. */
export interface Finding {
  /** Stays the same over versions; unique over all areas. */
  readonly check: string;
  readonly verdict: Verdict;
  /** What is the case, for people; never a secret. */
  readonly found: string;
  /** What to do; only where something is to be done. */
  readonly mend?: string;
  /** Where the documents tell of it; left out: where they tell of the area. */
  readonly document?: string;
}

/** A question that got no answer. */
export interface Unanswered {
  readonly check: string;
  readonly error: unknown;
}

/** What is not well, and how to mend it. */
interface Trouble {
  readonly verdict: Exclude<Verdict, 'ok'>;
  /** Left out: what is found where all is well. */
  readonly found?: string;
  readonly mend: string;
  readonly document?: string;
}

/** @param found what is the case; of what is not well, `trouble` may say it better */
export function judged(check: string, isWell: boolean, found: string, trouble: Trouble): Finding {
  return isWell ? { check, verdict: 'ok', found } : { check, found, ...trouble };
}

/** Looks at one area, or at a part of it. */
export interface Examination {
  readonly area: Area;
  /** Whom it asks. */
  readonly asks: Asked;
  /** Of the line that says that there was no answer; left out: the area's. */
  readonly unanswered?: string;
  /** Where the documents tell of it. */
  readonly document: string;
  examine(): Promise<readonly (Finding | Unanswered)[]>;
}

type Asked = 'postgres' | 'kafka' | 'google' | 'disk';

export interface ExaminedFinding extends Finding {
  readonly area: Area;
  readonly document: string;
}

/** An area that stands still must not keep the others from being told. */
const LONGEST_MS = 10_000;

/** Whoever was asked did not answer. */
class NoAnswer extends Error {}

/**
 * What all of them find. Many ask PostgreSQL: where it does not answer, one line says why and what mends it, and the
 * others name that line.
 */
export async function findingsOf(examinations: readonly Examination[]): Promise<ExaminedFinding[]> {
  const looks = await Promise.all(
    examinations.map(async (examination) => ({ examination, found: await look(examination) })),
  );
  const trouble = looks
    .filter(({ examination }) => examination.asks === 'postgres')
    .flatMap(({ found }) => found.map((one) => ('error' in one ? troubleOf(one.error) : null)))
    .find((one) => one !== null);
  const cause = trouble === undefined ? null : causeOf(trouble);
  const lines = looks.flatMap(({ examination, found }) =>
    found
      .map((one) => ('error' in one ? unanswered(examination, one, trouble) : one))
      .filter(({ check }) => check !== cause?.check)
      .map((finding) => ({ area: examination.area, document: examination.document, ...finding })),
  );
  return cause === null ? lines : [cause, ...lines];
}

async function look(examination: Examination): Promise<readonly (Finding | Unanswered)[]> {
  const { area, unanswered: check = `${area}-answers` } = examination;
  const inTime = new AbortController();
  try {
    return await Promise.race([
      examination.examine(),
      delay(LONGEST_MS, null, { signal: inTime.signal }).then(() => {
        throw new NoAnswer(`nothing came within ${LONGEST_MS / 1_000} s`);
      }),
    ]);
  } catch (error) {
    return [{ check, error }];
  } finally {
    inTime.abort();
  }
}

function unanswered(
  { asks }: Examination,
  { check, error }: Unanswered,
  trouble: DatabaseTrouble | undefined,
): Finding {
  if (asks !== 'postgres' || trouble === undefined || troubleOf(error) === null) {
    const reason = error instanceof Error ? error.message : String(error);
    return { check, verdict: 'failed', found: `It could not be looked at: ${reason}`, mend: MEND[asks] };
  }
  return {
    check,
    verdict: 'failed',
    found: 'It could not be looked at, for want of PostgreSQL.',
    mend: `First mend what the line of postgres says: ${trouble.found}.`,
    document: documentOf(trouble),
  };
}

const MEND: Readonly<Record<Asked, string>> = {
  postgres:
    'See what the lines of postgres and schema say is not well, and the log of the process that answered.',
  kafka: 'Start Kafka, and see that KAFKA_BROKERS and the variables of its sign-in are right.',
  google: 'See that this machine reaches GOOGLE_OAUTH_TOKEN_URL, through HTTPS_PROXY if it needs a proxy.',
  disk: 'See that DATA_DIR is there and may be read.',
};

function troubleOf(error: unknown): DatabaseTrouble | null {
  return error instanceof NoAnswer
    ? databaseTrouble({ code: '57014', message: error.message })
    : databaseTrouble(error);
}

function causeOf({ found, mend, lack }: DatabaseTrouble): ExaminedFinding {
  const pool = lack === null ? null : poolFigures();
  return {
    area: 'postgres',
    check: lack === null ? 'postgres-answers' : 'postgres-connections',
    verdict: 'failed',
    found: pool === null ? `${found}.` : `${found}. ${ofPool(pool)}`,
    mend,
    document: documentOf({ lack }),
  };
}

function documentOf({ lack }: Pick<DatabaseTrouble, 'lack'>): string {
  return lack === null
    ? 'docs/troubleshooting.md#postgresql-and-the-read-model'
    : 'docs/how-to/mend-a-lack-of-connections.md';
}

function ofPool({ inUse, idle, waiting }: PoolFigures): string {
  return `This process has ${counted(inUse + idle, 'connection')}, ${inUse} of them in use; ${waiting} wait for one.`;
}
