import { setTimeout as delay } from 'node:timers/promises';

export const AREAS = ['postgres', 'schema', 'keys', 'kafka', 'google', 'roles', 'disk'] as const;
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
}

/** What is not well, and how to mend it. */
interface Trouble {
  readonly verdict: Exclude<Verdict, 'ok'>;
  /** Left out: what is found where all is well. */
  readonly found?: string;
  readonly mend: string;
}

/** @param found what is the case; of what is not well, `trouble` may say it better */
export function judged(check: string, isWell: boolean, found: string, trouble: Trouble): Finding {
  return isWell ? { check, verdict: 'ok', found } : { check, found, ...trouble };
}

/** Looks at one area. */
export interface Examination {
  readonly area: Area;
  /** Where the documents tell of it. */
  readonly document: string;
  examine(): Promise<readonly Finding[]>;
}

export interface ExaminedFinding extends Finding {
  readonly area: Area;
  readonly document: string;
}

/** An area that stands still must not keep the others from being told. */
const LONGEST_MS = 10_000;

export async function findingsOf(examination: Examination): Promise<ExaminedFinding[]> {
  const { area, document } = examination;
  const inTime = new AbortController();
  try {
    const findings = await Promise.race([
      examination.examine(),
      delay(LONGEST_MS, null, { signal: inTime.signal }).then(() => {
        throw new Error(`nothing came within ${LONGEST_MS / 1_000} s`);
      }),
    ]);
    return findings.map((finding) => ({ area, document, ...finding }));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return [
      {
        area,
        document,
        check: `${area}-answers`,
        verdict: 'failed',
        found: `It could not be looked at: ${reason}`,
        mend: AWAY[area],
      },
    ];
  } finally {
    inTime.abort();
  }
}

const DATABASE_AWAY = 'Start PostgreSQL, and see that DATABASE_URL leads to it.';

const AWAY: Readonly<Record<Area, string>> = {
  postgres: DATABASE_AWAY,
  schema: DATABASE_AWAY,
  keys: DATABASE_AWAY,
  kafka: 'Start Kafka, and see that KAFKA_BROKERS and the variables of its sign-in are right.',
  google: 'See that this machine reaches GOOGLE_OAUTH_TOKEN_URL, through HTTPS_PROXY if it needs a proxy.',
  roles: DATABASE_AWAY,
  disk: 'See that DATA_DIR is there and may be read.',
};
