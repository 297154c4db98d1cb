import { draftCreated, draftDeleted, draftEdited } from '../persons/person-drafts.js';
import { editedAtRandom } from './edited-at-random.js';
import { Random } from '../persons/random.js';
import { type Account, type AccountStore } from '../storage/account-store.js';
import { type PersonDraft, type PersonStore, type PersonVersion } from '../storage/person-store.js';
import { CHURN_KINDS, type ChurnKind, type ChurnOrder } from './churn-schema.js';

interface RunningChurn {
  readonly order: ChurnOrder;
  readonly timer: NodeJS.Timeout;
  readonly counts: Record<ChurnKind, number>;
}

const FASTEST_TICK_MS = 20;

/** Changes persons all the time, as the owner of an account and its phones do. In memory: a restart ends it. */
export class Churn {
  private readonly running = new Map<string, RunningChurn>();
  private readonly random = new Random(Date.now() | 0);

  constructor(
    private readonly accounts: AccountStore,
    private readonly persons: PersonStore,
  ) {}

  start(accountName: string, order: ChurnOrder): void {
    this.stop(accountName);
    const everyMs = order.everyMs ?? 1_000 / (order.perSecond ?? 1);
    const tickMs = Math.max(everyMs, FASTEST_TICK_MS);
    const counts = { edit: 0, create: 0, delete: 0 };
    let owed = 0;
    const timer = setInterval(() => {
      owed += tickMs / everyMs;
      const changes = Math.floor(owed);
      owed -= changes;
      this.change(accountName, order.kinds, changes, counts);
    }, tickMs);
    this.running.set(accountName, { order, timer, counts });
  }

  stop(accountName: string): void {
    clearInterval(this.running.get(accountName)?.timer);
    this.running.delete(accountName);
  }

  stopAll(): void {
    for (const name of [...this.running.keys()]) this.stop(name);
  }

  /** What is running, and how many changes it has made. */
  state(accountName: string): (ChurnOrder & { counts: Record<ChurnKind, number> }) | null {
    const running = this.running.get(accountName);
    return running === undefined ? null : { ...running.order, counts: running.counts };
  }

  private change(
    name: string,
    kinds: readonly ChurnKind[],
    changes: number,
    counts: Record<ChurnKind, number>,
  ): void {
    const account = this.accounts.find(name);
    if (account === undefined) {
      this.stop(name);
      return;
    }
    const drafts = new Map<number, PersonDraft>();
    for (let change = 0; change < changes; change++) {
      const kind = this.random.pick(kinds.length === 0 ? CHURN_KINDS : kinds);
      const draft = this.draft(account, kind);
      if (draft === undefined || drafts.has(draft.position)) continue;
      drafts.set(draft.position, draft);
      counts[kind]++;
    }
    if (drafts.size > 0) this.persons.append(account, [...drafts.values()], Date.now());
  }

  private draft(account: Account, kind: ChurnKind): PersonDraft | undefined {
    if (kind === 'create') return draftCreated(account, this.persons.reserve(account, 1));
    const person = this.someone(account);
    if (person === undefined) return undefined;
    return kind === 'delete'
      ? draftDeleted(person)
      : draftEdited(person, editedAtRandom(account, person, this.random));
  }

  private someone(account: Account): PersonVersion | undefined {
    for (let attempt = 0; attempt < 30 && account.live > 0; attempt++) {
      const person = this.persons.at(account, this.random.int(account.nextPosition));
      if (person?.state === 'live') return person;
    }
    return undefined;
  }
}
