import { randomInt } from 'node:crypto';

import { draftCreated, draftDeleted, draftEdited } from '../persons/person-drafts.js';
import { editedAtRandom } from './edited-at-random.js';
import { Random } from '../persons/random.js';
import { type Account, type AccountStore } from '../storage/account-store.js';
import { type PersonDraft, type PersonStore, type PersonVersion } from '../storage/person-store.js';
import { type Burst, type ChurnKind, type ChurnOrder } from './churn-schema.js';

interface RunningChurn {
  readonly order: ChurnOrder;
  readonly timer: NodeJS.Timeout;
  readonly counts: Record<ChurnKind, number>;
}

const FASTEST_TICK_MS = 20;
const MOST_AT_ONCE = 1_000;

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
    let last = performance.now();
    const timer = setInterval(() => {
      // Counted by the clock: a busy process skips ticks, and the rate must hold all the same.
      const now = performance.now();
      owed = Math.min(owed + (now - last) / everyMs, MOST_AT_ONCE);
      last = now;
      const changes = Math.floor(owed);
      owed -= changes;
      const kinds = Array.from({ length: changes }, () => this.random.pick(order.kinds));
      for (const kind of this.change(accountName, kinds, this.random)) counts[kind]++;
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

  /** Makes these changes now, in one transaction: the same ones for the same seed and persons. */
  burst(account: Account, { edits, creates, deletes, seed }: Burst): Record<ChurnKind, number> {
    const counts = { edit: 0, create: 0, delete: 0 };
    const wanted = [
      ...Array<ChurnKind>(edits).fill('edit'),
      ...Array<ChurnKind>(deletes).fill('delete'),
      ...Array<ChurnKind>(creates).fill('create'),
    ];
    for (const kind of this.change(account.name, wanted, new Random(seed, account.sequence))) counts[kind]++;
    return counts;
  }

  /** Makes one change. @returns whom of; null: there is nobody */
  one(account: Account, kind: ChurnKind): string | null {
    const draft = this.draft(account, kind, new Map(), new Random(randomInt(2 ** 31), account.sequence));
    const [version] = draft === undefined ? [] : this.persons.append(account, [draft], Date.now());
    return version?.resourceName ?? null;
  }

  /** Makes one change of each kind given, each to another person; returns those for which there was a person. */
  private change(name: string, kinds: readonly ChurnKind[], random: Random): ChurnKind[] {
    const account = this.accounts.find(name);
    if (account === undefined) {
      this.stop(name);
      return [];
    }
    const done: ChurnKind[] = [];
    const drafts = new Map<number, PersonDraft>();
    for (const kind of kinds) {
      const draft = this.draft(account, kind, drafts, random);
      if (draft === undefined) continue;
      drafts.set(draft.position, draft);
      done.push(kind);
    }
    if (drafts.size > 0) this.persons.append(account, [...drafts.values()], Date.now());
    return done;
  }

  private draft(
    account: Account,
    kind: ChurnKind,
    taken: ReadonlyMap<number, unknown>,
    random: Random,
  ): PersonDraft | undefined {
    if (kind === 'create') return draftCreated(account, this.persons.reserve(account, 1));
    const person = this.someone(account, taken, random);
    if (person === undefined) return undefined;
    return kind === 'delete'
      ? draftDeleted(person)
      : draftEdited(person, editedAtRandom(account, person, random));
  }

  /** A live person that is not taken yet: some random tries, then the first one after a random position. */
  private someone(
    account: Account,
    taken: ReadonlyMap<number, unknown>,
    random: Random,
  ): PersonVersion | undefined {
    const usable = (position: number): PersonVersion | undefined => {
      const person = taken.has(position) ? undefined : this.persons.at(account, position);
      return person?.state === 'live' ? person : undefined;
    };
    for (let attempt = 0; attempt < 30; attempt++) {
      const person = usable(random.int(account.nextPosition));
      if (person !== undefined) return person;
    }
    const [first] = this.persons.liveFrom(account, account.sequence, random.int(account.nextPosition), 1);
    return first === undefined || taken.has(first.position) ? undefined : first;
  }
}
