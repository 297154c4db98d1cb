import { channel } from 'node:diagnostics_channel';

import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { AccountEntity, forgetLinks } from '#accounts';
import {
  accountEventsToForget,
  accountEventToAppend,
  accountStreams,
  lastPositionOf,
  removeAllAccountData,
} from '#event-store';
import { boundSql, changeUnderLease, type Lease } from '#platform';
import { discardWaiting, forgetRefused } from '#publishing';
import { forgetContacts, type Rebuilds } from '#read-model';
import { deleteAllContacts, forgetSnapshots } from '#sync';

import { type Erasure, ERASURE_STEPS, ErasureEntity, type ErasureStep } from './erasure.entity.js';
import { type ErasureLedger } from './ledger/erasure-ledger.js';
import { type GrantRevocation } from './grant-revocation.js';

/** Tells whoever watches (node:diagnostics_channel) that a step begins. */
const ERASURE_PROGRESS = channel('contactstream:erasure-progress');

/** Something else has to come first; it is tried again. */
class StillWaiting extends Error {
  override readonly name = 'StillWaiting';
}

export interface ErasureParts {
  readonly em: SqlEntityManager;
  readonly ledger: ErasureLedger;
  /** The position up to which Kafka has all events; null where events are not published. */
  readonly published: (() => Promise<bigint>) | null;
  readonly readModel: { waitForAccount(accountId: string, timeoutMs: number): Promise<boolean> };
  readonly rebuilds: Rebuilds;
  readonly grants: GrantRevocation;
}

/** How long a step waits for somebody else before it is left for the next try. */
const PATIENCE_MS = 2_000;

/** How many events one transaction works on. */
const CHUNK = 1_000;

/**
 * Leaves no trace of an account, step by step. Each step may be repeated, so after a crash it begins with the one that it
 * was in. It never removes anything that a reader still needs to learn of the deletions.
 */
export class AccountErasure {
  constructor(
    private readonly parts: ErasureParts,
    private readonly erasure: Erasure,
    private readonly lease: Lease,
  ) {}

  /** @throws StillWaiting, LeaseLost, the signal's reason between two steps */
  async run(signal: AbortSignal): Promise<void> {
    const steps: Readonly<Record<ErasureStep, () => Promise<void>>> = {
      record: () => this.record(null),
      delete: () => deleteAllContacts(this.parts.em.fork(), this.lease, this.erasure),
      publish: () => this.publish(),
      project: () => this.project(),
      remove: () => this.remove(),
      revoke: () => this.revoke(),
      finish: () => this.finish(),
    };
    const { accountId, step: at } = this.erasure;
    for (const step of ERASURE_STEPS.slice(ERASURE_STEPS.indexOf(at))) {
      signal.throwIfAborted();
      await this.parts.em.fork().nativeUpdate(ErasureEntity, { accountId }, { step });
      ERASURE_PROGRESS.publish({ accountId, step });
      await steps[step]();
    }
  }

  /** First of all: what is removed from here on cannot come back with a restored database. */
  private async record(counts: { contacts: number; events: number } | null): Promise<void> {
    const { accountId, id: erasureId, begunAt } = this.erasure;
    await this.parts.ledger.record({
      accountId,
      erasureId,
      begunAt: begunAt.toISOString(),
      contacts: counts?.contacts ?? null,
      events: counts?.events ?? null,
    });
  }

  /** The deletions are to be on Kafka before the events of which they are the last are without their data. */
  private async publish(): Promise<void> {
    const { em, published } = this.parts;
    if (published === null) return;
    let waiting = 0;
    await this.eachPart(async (contactIds) => {
      waiting += await discardWaiting(em.fork(), contactIds);
    });
    const last = await lastPositionOf(em.fork(), this.erasure.accountId);
    if (waiting === 0 && (await published()) >= last) return;
    throw new StillWaiting(
      `The erasure of account ${this.erasure.accountId} waits until Kafka has its deletions`,
    );
  }

  private async project(): Promise<void> {
    const { accountId } = this.erasure;
    if (await this.parts.readModel.waitForAccount(accountId, PATIENCE_MS)) return;
    throw new StillWaiting(
      `The erasure of account ${accountId} waits until the read model has its deletions`,
    );
  }

  private async remove(): Promise<void> {
    const { em, rebuilds } = this.parts;
    const { accountId } = this.erasure;
    await removeAllAccountData(em.fork(), accountId);
    // One that has read the events before would bring the rows back.
    const { going } = await rebuilds.latest();
    if (going !== null) {
      throw new StillWaiting(
        `The erasure of account ${accountId} waits for the end of the rebuild ${going.id}`,
      );
    }
    await this.eachPart(async (contactIds) => {
      await forgetContacts(em.fork(), contactIds);
      await forgetRefused(em.fork(), contactIds);
    });
    await forgetSnapshots(em.fork(), accountId);
    await forgetLinks(em.fork(), accountId);
  }

  private async revoke(): Promise<void> {
    const account = await this.parts.em.fork().findOne(AccountEntity, { id: this.erasure.accountId });
    if (account !== null) await this.parts.grants.revoke(account);
  }

  /** What the account's row takes with it is operational: its list, runs, quarantine, held deletions, sign-ins. */
  private async finish(): Promise<void> {
    const { em, published } = this.parts;
    const { accountId, id, begunAt } = this.erasure;
    const [counts = { contacts: 0, events: 0 }] = await boundSql<{ contacts: number; events: number }>(
      em.fork(),
      `select count(distinct stream_id)::int as contacts, count(*)::int as events from events where account_id = $1`,
      [accountId],
    );
    await this.record(counts);
    await changeUnderLease(
      em.fork(),
      this.lease,
      [
        { sql: 'delete from accounts where id = $1', parameters: [accountId] },
        // The relay removes what is left of it once it has told of it.
        published === null
          ? accountEventsToForget(accountId)
          : accountEventToAppend(accountId, 'AccountErased', begunAt),
        { sql: 'delete from leases where name = $1', parameters: [this.lease.name] },
        {
          sql: `update erasures set contacts = $2, events = $3, finished_at = clock_timestamp() where id = $1`,
          parameters: [id, counts.contacts, counts.events],
        },
      ],
      [{ channel: 'contactstream_offboarding', payload: '' }],
    );
    this.lease.isReleased = true;
  }

  /** Goes through the contacts that the log knows of the account; some come several times. */
  private async eachPart(work: (contactIds: readonly string[]) => Promise<void>): Promise<void> {
    const { accountId } = this.erasure;
    for (let after = 0n; ;) {
      const part = await accountStreams(this.parts.em.fork(), { accountId, after, limit: CHUNK });
      if (part === null) return;
      await work(part.streamIds);
      after = part.last;
    }
  }
}
