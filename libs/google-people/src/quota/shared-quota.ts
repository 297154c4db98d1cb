import { channel } from 'node:diagnostics_channel';

import { type ProjectQuota } from './project-quota.js';
import { PersonQuota } from './person-quota.js';
import { type ExceededLimit, type RequestQuota } from './request-quota.js';

/** Tells each request that had to wait, as a {@link QuotaWaitMessage}. */
export const QUOTA_WAITS = channel('contactstream:quota-waits');

export interface QuotaWaitMessage {
  readonly limit: 'project' | 'person';
  readonly seconds: number;
}

/** Each person's limit, and the project's, which all processes share. */
export class SharedQuota implements RequestQuota {
  private readonly persons = new WeakMap<object, PersonQuota>();

  /** @param perPerson requests a minute; null: learned */
  constructor(
    private readonly project: ProjectQuota,
    private readonly perPerson: number | null,
  ) {}

  async admit(signIn: object, signal: AbortSignal, waits: () => void): Promise<void> {
    signal.throwIfAborted();
    await timed('person', waits, (begins) => this.personOf(signIn).admit(signal, begins));
    await timed('project', waits, (begins) => this.project.admit(signal, begins));
  }

  async exceeded(signIn: object, limit: ExceededLimit, retryAfterMs: number | null): Promise<void> {
    if (limit === 'project') await this.project.exceeded(retryAfterMs);
    if (limit === 'person') this.personOf(signIn).exceeded();
  }

  private personOf(signIn: object): PersonQuota {
    const known = this.persons.get(signIn) ?? new PersonQuota(this.perPerson);
    this.persons.set(signIn, known);
    return known;
  }
}

/** Tells how long was waited, also where it was given up. */
async function timed(
  limit: QuotaWaitMessage['limit'],
  waits: () => void,
  work: (begins: () => void) => Promise<void>,
): Promise<void> {
  const begun: number[] = [];
  try {
    await work(() => {
      begun.push(performance.now());
      waits();
    });
  } finally {
    for (const since of begun.slice(0, 1)) {
      const seconds = (performance.now() - since) / 1_000;
      QUOTA_WAITS.publish({ limit, seconds } satisfies QuotaWaitMessage);
    }
  }
}
