import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { type RequestRetry, type RequestWatch } from '#google-people';
import { boundSql, errorForLog, isoTime, type Lease, type WorkLog } from '#platform';

import { type Run } from './run.entity.js';
import { type RunPhase } from './run-phase.js';

/** What is over sooner is not written: most runs are over before anybody could look. */
const LASTS_MS = 1_000;

/** What a run is at, as the work on it tells. */
export interface Activity {
  enter(phase: RunPhase): void;
  /** Until the request is sent again. */
  wait(retry: RequestRetry): void;
}

/** Of work that nobody looks at. */
export const UNSEEN: Activity = { enter: () => undefined, wait: () => undefined };

/** Tells of requests that belong to a phase. */
export function watchOf(activity: Activity, phase: RunPhase): RequestWatch {
  const goOn = (): void => {
    activity.enter(phase);
  };
  return {
    tokenAsked: () => {
      activity.enter('token');
    },
    tokenAnswered: goOn,
    waitsForQuota: () => {
      activity.enter('waiting');
    },
    sent: goOn,
    retries: (retry) => {
      activity.wait(retry);
    },
  };
}

interface Present {
  readonly phase: RunPhase;
  readonly retry: RequestRetry | null;
}

/**
 * Writes what a run is at into its row, where all processes see it, once that lasts longer than a moment; from then on
 * each change, so that nothing stands there that is over. It is there to be looked at: a write that fails stops no run.
 */
export class RunActivity implements Activity {
  private present: Present | null = null;
  private timer: NodeJS.Timeout | undefined;
  private isWritten: boolean;
  private writing: Promise<void> = Promise.resolve();
  private isClosed = false;

  constructor(
    private readonly em: SqlEntityManager,
    private readonly lease: Lease,
    private readonly run: Run,
    private readonly log: WorkLog,
  ) {
    // By the process that left the run.
    this.isWritten = run.activity != null;
  }

  enter(phase: RunPhase): void {
    this.become({ phase, retry: null });
  }

  wait(retry: RequestRetry): void {
    this.become({ phase: 'waiting', retry });
  }

  /** A wait between two tries may outlive the run, and tell of its end where nobody looks any more. */
  async close(): Promise<void> {
    this.isClosed = true;
    clearTimeout(this.timer);
    await this.writing;
  }

  private become(next: Present): void {
    if (this.isClosed || (next.phase === this.present?.phase && next.retry === null)) return;
    this.present = next;
    clearTimeout(this.timer);
    if (this.isWritten || (next.retry?.waitMs ?? 0) > LASTS_MS) this.write(next);
    else {
      this.timer = setTimeout(() => {
        this.write(next);
      }, LASTS_MS);
    }
  }

  private write({ phase, retry }: Present): void {
    this.isWritten = true;
    this.writing = this.writing.then(() =>
      this.store(phase, retry).catch((error: unknown) => {
        this.log.debug({ err: errorForLog(error) }, 'what a sync run is at could not be written');
      }),
    );
  }

  /** By the primary key, and by the database's clock; not by who has lost the lease. */
  private async store(phase: RunPhase, retry: RequestRetry | null): Promise<void> {
    const { em, run, lease } = this;
    await boundSql(
      em.fork(),
      `update sync_runs set activity = jsonb_build_object('phase', $2::text, 'wait', case when $3::int is not null then
           jsonb_build_object('until', ${isoTime("(clock_timestamp() + $3 * interval '1 ms')")},
             'tryNumber', $4::int, 'of', $5::int, 'reason', $6::text) end)
         where id = $1 and state in ('queued', 'running')
           and exists (select from leases where name = $7 and fencing_token = $8)`,
      [
        run.id,
        phase,
        retry === null ? null : Math.round(retry.waitMs),
        retry?.tryNumber ?? null,
        retry?.of ?? null,
        retry?.code ?? null,
        lease.name,
        lease.fencingToken,
      ],
    );
  }
}
