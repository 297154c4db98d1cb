import { type Actor } from '#audit';
import { acquireLease, Backoff, holdLease, type Subscriptions, WakeUp } from '#platform';
import { accountLease, cancelRunOf } from '#sync';
import { type Logger } from 'pino';

import { AccountErasure, type ErasureParts } from './account-erasure.js';
import { ErasureEntity } from './erasure.entity.js';
import { requestErasures } from './request-erasures.sql.js';

/** How often work is looked for that nobody told of. */
const POLL_MS = 5_000;

const SERVICE: Actor = { kind: 'service', name: 'erasure ledger' };

/** A run that is asked to end does so between two of its transactions. */
class RunGoesOn extends Error {
  override readonly name = 'RunGoesOn';
}

/** One thing to be done, apart from the others. */
interface Work {
  /** Names it to its backoff. */
  readonly part: string;
  readonly carryOut: () => Promise<void>;
}

/** Erases accounts, and gives the grants of disconnected ones back, in the processes that sync. */
export class OffboardingWorker {
  private readonly stopping = new AbortController();
  private readonly restingUntil = new Map<string, number>();
  private isLedgerRead = false;
  private loop: Promise<void> | null = null;

  constructor(
    private readonly parts: ErasureParts,
    private readonly notifications: Subscriptions,
    /** Names this process in the leases. */
    private readonly owner: string,
    private readonly log: Logger,
  ) {}

  start(): void {
    this.loop ??= this.work();
  }

  /** Leaves what is going on where it stands, for another process or the next start. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.loop;
    await this.parts.ledger.close();
  }

  private async work(): Promise<void> {
    const { signal } = this.stopping;
    const wakeUp = new WakeUp(this.notifications, 'contactstream_offboarding');
    const outage = new Backoff('ending accounts', this.log);
    while (!signal.aborted) {
      try {
        if (!this.isLedgerRead) {
          await this.attempt({ part: 'the erasure ledger', carryOut: () => this.readLedger() }, outage);
        }
        for (const work of await this.open()) await this.attempt(work, outage);
        outage.over();
        await wakeUp.wait(this.untilNext(), signal);
      } catch (error) {
        await outage.pause(error, signal);
      }
    }
    wakeUp.close();
  }

  private async open(): Promise<Work[]> {
    const { em, grants } = this.parts;
    const erasures = await em
      .fork()
      .find(ErasureEntity, { finishedAt: null }, { orderBy: { begunAt: 'asc' } });
    return [
      ...erasures.map(({ accountId }) => ({ part: accountId, carryOut: () => this.erase(accountId) })),
      ...(await grants.open()).map((account) => ({
        part: account.id,
        carryOut: () => grants.revoke(account),
      })),
    ];
  }

  /** One that fails keeps no other from being done. */
  private async attempt({ part, carryOut }: Work, outage: Backoff): Promise<void> {
    if (this.isStopping() || (this.restingUntil.get(part) ?? 0) > performance.now()) return;
    try {
      await carryOut();
      this.restingUntil.delete(part);
      outage.over(part);
    } catch (error) {
      if (this.isStopping()) return;
      this.restingUntil.set(part, performance.now() + outage.failed(error, part));
    }
  }

  /** It changes while something is waited for. */
  private isStopping(): boolean {
    return this.stopping.signal.aborted;
  }

  private untilNext(): number {
    const rests = [...this.restingUntil.values()].map((until) => until - performance.now());
    return Math.max(0, Math.min(POLL_MS, ...rests));
  }

  /** The database may have been restored to a time when accounts were there that are erased. */
  private async readLedger(): Promise<void> {
    const { em, ledger } = this.parts;
    const records = await ledger.read();
    const again = await em.fork().transactional((tx) => requestErasures(tx, records, SERVICE));
    this.isLedgerRead = true;
    if (again.length === 0) return;
    this.log.warn(
      { accounts: again.length },
      `${ledger.place} names accounts that were erased and are here again, as after a restored backup: they are erased once more`,
    );
  }

  private async erase(accountId: string): Promise<void> {
    const { em } = this.parts;
    await cancelRunOf(em, accountId);
    const lease = await acquireLease(em.fork(), accountLease(accountId), this.owner);
    if (lease === null) {
      throw new RunGoesOn(
        `The erasure of account ${accountId} waits for the end of other work on its contacts`,
      );
    }
    await holdLease(em, lease, { log: this.log }, async (lost) => {
      // Whoever held the lease before may have gone on with it, or ended it.
      const erasure = await em.fork().findOne(ErasureEntity, { accountId, finishedAt: null });
      if (erasure === null) return;
      await new AccountErasure(this.parts, erasure, lease).run(AbortSignal.any([lost, this.stopping.signal]));
      this.log.info({ accountId }, 'the account is erased');
    });
  }
}
