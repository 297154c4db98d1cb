import { Backoff, limitStatements, type WorkLog } from '#platform';

import { type AuditDraft } from './audit-draft.js';
import { type AuditTrail } from './audit-trail.js';

const WINDOW_MS = 60_000;
/** A stop waits for what is written. */
const WRITE_MS = 2_000;

/** What was refused before anything began. */
export interface Refusal extends AuditDraft {
  readonly code: string;
}

/** Refusals of one actor, action and code that are still to be written. */
interface Waiting {
  readonly refusal: Refusal;
  count: number;
  readonly end: NodeJS.Timeout;
}

/**
 * Audits what is refused without letting whoever asks fill the disk: of one actor, action and code the first refusal is
 * an entry of its own, and those that follow within a minute are one entry with their number. No answer waits for it.
 */
export class RefusalTally {
  private readonly waiting = new Map<string, Waiting>();
  private readonly writing = new Set<Promise<void>>();
  private readonly outage: Backoff;

  constructor(
    private readonly trail: Pick<AuditTrail, 'record'>,
    log: WorkLog,
  ) {
    this.outage = new Backoff('auditing refusals', log);
  }

  add(refusal: Refusal): void {
    const { actor, action, code } = refusal;
    const minute = this.waiting.get(keyOf(refusal));
    if (minute !== undefined) {
      minute.count += 1;
      return;
    }
    this.begin({ actor, action, code }, 0);
    this.write(refusal, 1);
  }

  /** Writes what is still to be written. */
  async stop(): Promise<void> {
    for (const key of [...this.waiting.keys()]) this.end(key);
    await Promise.all(this.writing);
    for (const { end } of this.waiting.values()) clearTimeout(end);
  }

  private begin(refusal: Refusal, count: number): void {
    const key = keyOf(refusal);
    const end = setTimeout(() => {
      this.end(key);
    }, WINDOW_MS);
    this.waiting.set(key, { refusal, count, end: end.unref() });
  }

  private end(key: string): void {
    const ended = this.waiting.get(key);
    if (ended === undefined) return;
    clearTimeout(ended.end);
    this.waiting.delete(key);
    if (ended.count > 0) this.write(ended.refusal, ended.count);
  }

  private write(refusal: Refusal, count: number): void {
    const { code, ...draft } = refusal;
    const written = limitStatements(WRITE_MS, () =>
      this.trail.record(draft, { outcome: 'refused', code }, count),
    )
      .then(() => {
        this.outage.over();
      })
      .catch((error: unknown) => {
        this.outage.failed(error);
        const minute = this.waiting.get(keyOf(refusal));
        if (minute === undefined) this.begin(refusal, count);
        else minute.count += count;
      })
      .finally(() => this.writing.delete(written));
    this.writing.add(written);
  }
}

function keyOf({ actor, action, code }: Refusal): string {
  return JSON.stringify([actor.kind, actor.name, action, code]);
}
