import { type Command, type CommandBus } from '@nestjs/cqrs';
import { type SchedulerRegistry } from '@nestjs/schedule';
import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { acquireLease, Backoff, holdLease } from '#platform';
import { type Logger } from 'pino';

const EVERY_MS = 3_600_000;

/** What is kept for a time, and removed then. */
export interface Retention {
  /** As the log names it. */
  readonly what: string;
  /** null: for ever. */
  readonly keptMs: number | null;
  remove(before: Date, signal: AbortSignal): Command<number>;
}

/**
 * Removes what has been kept long enough, at the start and every hour, in one process at a time. What one kind of it
 * fails at keeps no other from going.
 */
export class RetentionSchedule {
  private readonly stopping = new AbortController();
  private going: Promise<void> | null = null;
  private readonly outage: Backoff;

  constructor(
    private readonly retentions: readonly Retention[],
    private readonly commands: CommandBus,
    private readonly registry: SchedulerRegistry,
    private readonly em: SqlEntityManager,
    private readonly owner: string,
    private readonly log: Logger,
    private readonly now: () => number = Date.now,
  ) {
    this.outage = new Backoff('removing what was kept long enough', log);
  }

  /** Nest's scheduler ends what is registered with it. */
  start(): void {
    this.registry.addInterval(
      'retention',
      setInterval(() => {
        this.begin();
      }, EVERY_MS),
    );
    this.begin();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.going;
  }

  private begin(): void {
    this.going ??= this.untilItWorks().finally(() => {
      this.going = null;
    });
  }

  private async untilItWorks(): Promise<void> {
    const { signal } = this.stopping;
    const left = new Set(this.retentions.filter(({ keptMs }) => keptMs !== null));
    while (left.size > 0 && !signal.aborted) {
      try {
        await this.underLease((lost) => this.remove(left, AbortSignal.any([lost, signal])));
        this.outage.over();
        return;
      } catch (error) {
        await this.outage.pause(error, signal);
      }
    }
  }

  private async underLease(work: (lost: AbortSignal) => Promise<void>): Promise<void> {
    const { em, log } = this;
    const lease = await acquireLease(em.fork(), 'retention', this.owner);
    // Else another process is at it.
    if (lease !== null) await holdLease(em, lease, { log }, work);
  }

  /** @param left those that went well leave it. @throws what the first of the others failed at */
  private async remove(left: Set<Retention>, signal: AbortSignal): Promise<void> {
    const errors: unknown[] = [];
    for (const retention of left) {
      try {
        const before = new Date(this.now() - (retention.keptMs ?? 0));
        const removed = await this.commands.execute(retention.remove(before, signal));
        if (removed > 0) this.log.info({ removed }, `${retention.what}: removed what was kept long enough`);
        left.delete(retention);
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
  }
}
