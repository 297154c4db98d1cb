import { type ContactEvent } from '#contact';
import {
  type GooglePeopleSources,
  type NameAnswer,
  type PeoplePage,
  type PeoplePageRequest,
  type PeopleSources,
} from '#google-people';
import { MaskedHeldContacts } from '#read-model';
import {
  CancelRunCommand,
  CancelRunHandler,
  DryRunSyncCommand,
  DryRunSyncHandler,
  isOver,
  ResolveHeldDeletionsCommand,
  ResolveHeldDeletionsHandler,
  type Run,
} from '#sync';

import { type EngineLane, type EngineSettings } from './engine-lane.js';
import { expectSame, FoldedLog } from './folded-log.js';
import { googleSources } from './google-sources.js';
import {
  quietSync,
  type History,
  type Interruption,
  type Meanwhile,
  type Step,
  type SyncStep,
} from './history.js';
import { ContactsAgainstGoogle, type ListSeen } from './contacts-against-google.js';
import { SimulatedAccount } from './simulated-account.js';
import { type Onlooker, WatchedSources } from './watched-sources.js';
import { type PeopleSimulator } from '../../apps/people-simulator/src/simulator.js';

/** Breaks an engine, to see that the check notices. @returns sources to use in place of the given ones */
export type Sabotage = (sources: PeopleSources, lane: EngineLane, accountId: string) => PeopleSources;

const RETRIES = { attempts: 2, firstDelayMs: 1, longestDelayMs: 2, budget: 6 };
/** A run of these sizes that makes more requests goes in circles. */
const MOST_REQUESTS = 400;

interface Traces {
  /** Of the account. */
  readonly sync_token: string | null;
  readonly state: string;
  /** Of the run. */
  readonly lastPosition: bigint | null;
  readonly pages: number;
  /** What has not ended yet. */
  readonly leases: number;
  readonly runs: number;
}

/** Plays one account through a history, at Google and here. */
export class HistoryPlayer implements Onlooker {
  private readonly log: FoldedLog;
  private readonly contacts: ContactsAgainstGoogle;
  private readonly sourcesOfPageSize = new Map<number, GooglePeopleSources>();
  private pageSize: number;
  private syncToken: string | null = null;
  private requests = 0;
  private requestsOfLife = 0;
  private meanwhile: Meanwhile[] = [];
  private runId: string | null = null;
  private stopAt: { request: number; stop: () => void } | null = null;
  private list: ListSeen | null = null;

  private constructor(
    private readonly lane: EngineLane,
    private readonly google: SimulatedAccount,
    private readonly googleUrl: string,
    private readonly accountId: string,
    private readonly history: History,
    private readonly sabotage: Sabotage | null,
  ) {
    this.log = new FoldedLog(lane, accountId);
    this.contacts = new ContactsAgainstGoogle(this.log, google);
    this.pageSize = history.pageSize;
  }

  /** @throws when the engine did anything that it must not */
  static async play(
    history: History,
    name: string,
    lane: EngineLane,
    simulator: Pick<PeopleSimulator, 'url' | 'control'>,
    sabotage: Sabotage | null = null,
  ): Promise<void> {
    const google = SimulatedAccount.create(simulator.control, name, history.names);
    const accountId = await lane.signIn(name, google.refreshToken);
    const player = new HistoryPlayer(lane, google, simulator.url, accountId, history, sabotage);
    for (const step of history.steps) await player.take(step);
    await player.settle();
    google.remove();
  }

  async beforeRequest({ pageToken }: PeoplePageRequest): Promise<void> {
    await this.beforeAnyRequest();
    if (pageToken === null) this.list = this.contacts.beginList();
  }

  async beforeLookUp(): Promise<void> {
    await this.beforeAnyRequest();
  }

  afterLookUp(answers: ReadonlyMap<string, NameAnswer>): void {
    if (this.list !== null) this.contacts.addAnswers(this.list, answers);
  }

  private async beforeAnyRequest(): Promise<void> {
    this.requests += 1;
    this.requestsOfLife += 1;
    if (this.requests > MOST_REQUESTS) throw new Error('The run goes in circles');
    if (this.requestsOfLife === this.stopAt?.request) this.stopAt.stop();
    const due = this.meanwhile.filter(({ beforeRequest }) => beforeRequest <= this.requests);
    this.meanwhile = this.meanwhile.filter(({ beforeRequest }) => beforeRequest > this.requests);
    for (const { event } of due) await this.disturb(event);
  }

  afterAnswer(_: PeoplePageRequest, page: PeoplePage): PeoplePage {
    if (this.list !== null) this.contacts.addPage(this.list, page);
    return page;
  }

  private async take(step: Step): Promise<void> {
    switch (step.what) {
      case 'sync':
        await this.sync(step);
        break;
      case 'expire sync tokens':
        this.google.expireSyncTokens(step.status);
        break;
      case 'resize pages':
        this.pageSize = step.pageSize;
        break;
      case 'answer held deletions':
        await this.answerHeld(step.decision);
        break;
      default:
        this.google.change(step);
    }
  }

  /** At the end, an undisturbed sync brings everything to Google's state, and the next one finds nothing new. */
  private async settle(): Promise<void> {
    await this.sync(quietSync('auto'));
    const full = await this.sync(quietSync('full'));
    if (full.state === 'held') await this.answerHeld('approve');
    const events = await this.log.readOn();
    expectSame('events that nothing caused', events, []);
    this.contacts.expectSettled();
    if (full.events.length === 0) return;
    const again = await this.sync(quietSync('full'));
    expectSame('events of a second full sync', again.events.length, 0);
  }

  private async sync(step: SyncStep): Promise<{ state: Run['state']; events: ContactEvent[] }> {
    const { lane, accountId } = this;
    this.requests = 0;
    this.list = null;
    this.contacts.beginRun();
    const expected = step.dryRun && isComparable(step) ? await this.dryRun(step) : null;
    this.requests = 0;
    this.meanwhile = [...step.meanwhile];
    for (const fault of step.faults) this.google.addFault(fault);

    const queued = await lane.queue.enqueue(accountId, step.mode, 'manual');
    this.runId = queued.id;
    const over = lane.queue.finished(queued.id, true).then((ended) => ended.run);
    over.catch(() => undefined);
    await this.live(queued.id, over, step.workers, step.interruptions);
    const run = await over;
    if (step.faults.length > 0) this.google.clearFaults();
    this.runId = null;
    this.meanwhile = [];

    const events = await this.log.readOn();
    const traces = await this.traces(run.id);
    await this.checkRun(run, step, events, traces);
    this.syncToken = traces.sync_token;
    if (expected !== null) expectSame('events beside those of the dry run', events.map(outline), expected);
    if (traces.state === 'needs-reauth') await lane.signIn(this.google.name, this.google.refreshToken);
    return { state: run.state, events };
  }

  /** One process after the other, until the run is over. */
  private async live(
    runId: string,
    over: Promise<Run>,
    workers: number,
    interruptions: readonly Interruption[],
  ): Promise<void> {
    const { lane, accountId } = this;
    for (const { how, nextPageSize } of interruptions) {
      const stopped = Promise.withResolvers<null>();
      this.requestsOfLife = 0;
      this.stopAt =
        'stopAtRequest' in how
          ? {
              request: how.stopAtRequest,
              stop: () => {
                stopped.resolve(null);
              },
            }
          : null;
      await lane.work(over, this.settings(workers), 'cut' in how ? how.cut : null, stopped.promise);
      await lane.expireLease(accountId);
      this.pageSize = nextPageSize ?? this.pageSize;
      const run = await lane.runs.find(runId);
      if (run === null || isOver(run)) return;
    }
    this.stopAt = null;
    await lane.work(over, this.settings(workers), null, new Promise(() => undefined));
  }

  private async dryRun({ mode }: SyncStep): Promise<object[] | null> {
    const dependencies = this.lane.dependencies(this.settings(1));
    const handler = new DryRunSyncHandler(this.lane.accounts, this.lane.grants, dependencies, this.lane.lock);
    const { events } = await handler.execute(new DryRunSyncCommand(mode, this.accountId));
    expectSame('events that a dry run appended', await this.log.readOn(), []);
    await this.log.compareHeads();
    const { sync_token, leases, runs } = await this.traces(this.accountId);
    expectSame(
      'account after a dry run',
      { sync_token, leases, runs },
      { sync_token: this.syncToken, leases: 0, runs: 0 },
    );
    return events.map(outline);
  }

  private async answerHeld(decision: 'approve' | 'reject'): Promise<void> {
    const { items } = await this.lane.runs.list({ accountId: this.accountId, state: 'held', limit: 1 });
    const [run] = items;
    if (run === undefined) return;
    const contacts = await this.heldBy(run);
    const handler = new ResolveHeldDeletionsHandler(
      this.lane.dependencies(this.settings(1)),
      this.lane.runs,
      this.lane.lock,
    );
    const count = await handler.execute(new ResolveHeldDeletionsCommand(run.id, decision));
    const events = await this.log.readOn();
    expectSame('deletions that were answered for', count, decision === 'approve' ? contacts.length : 0);
    expectSame(
      'contacts deleted by approval',
      events.map(({ contactId, type, runId }) => [contactId, type, runId]).sort(),
      decision === 'approve'
        ? contacts.map(({ contactId }) => [contactId, 'ContactDeleted', run.id]).sort()
        : [],
    );
    await this.log.compareHeads();
  }

  private async checkRun(
    run: Run,
    step: SyncStep,
    events: readonly ContactEvent[],
    { sync_token: syncToken, lastPosition, pages, leases, runs }: Traces,
  ): Promise<void> {
    await this.log.compareHeads();
    this.contacts.checkEvents(events);
    expectSame(
      'run of the events',
      events.filter(({ runId }) => runId !== run.id),
      [],
    );
    expectSame('last position', run.lastPosition ?? null, lastPosition);
    expectSame('what is left of a run', { pages, leases, runs }, { pages: 0, leases: 0, runs: 0 });
    this.checkStatistics(run, events);

    const disturbed = step.faults.length + step.interruptions.length + step.meanwhile.length > 0;
    if (run.state === 'failed' || run.state === 'cancelled') {
      if (!disturbed) throw new Error(`An undisturbed run ${run.state}: ${run.errorDetail ?? ''}`);
      expectSame(`sync token of a run that ${run.state}`, syncToken, this.syncToken);
      return;
    }
    if (this.list === null) throw new Error('A run ended well that saw no list');
    expectSame('sync token', syncToken, this.list.nextSyncToken);
    const held = run.state === 'held' ? await this.heldBy(run) : [];
    expectSame('number of held deletions', run.heldDeletions ?? 0, held.length);
    this.checkHold(run, held.length);
    this.contacts.expectAsAtGoogle(
      this.list,
      run,
      held.map(({ contactId }) => contactId),
      step.faults.some(({ fault }) => fault.kind === 'hide-persons'),
    );
  }

  private checkHold(run: Run, held: number): void {
    const { deletionGuard } = this.history;
    switch (run.holdReason ?? null) {
      case null:
        expectSame('held deletions without a reason', held, 0);
        if (run.mode === 'full' && this.list?.listed.size === 0) {
          expectSame(
            'deletions after an empty list',
            this.contacts.deletedIn(run.id, 'absent-from-full-sync'),
            0,
          );
        }
        break;
      case 'empty-list':
        expectSame('persons of an empty list', this.list?.listed.size, 0);
        break;
      case 'deletion-guard':
        if (deletionGuard === null || held <= deletionGuard.count)
          throw new Error('Deletions were held by a guard that should not have');
        break;
      default:
        throw new Error(`Deletions were held for no reason: ${String(run.holdReason)}`);
    }
  }

  private checkStatistics(run: Run, events: readonly ContactEvent[]): void {
    const appeared = new Set<string>();
    const changed = new Set<string>();
    const deletions = { 'deleted-in-google': 0, 'absent-from-full-sync': 0, merged: 0 };
    for (const event of events) {
      if (event.type === 'ContactDeleted') deletions[event.reason as keyof typeof deletions] += 1;
      else if (event.change === 'created' || event.change === 'restored') appeared.add(event.contactId);
      else changed.add(event.contactId);
    }
    const { statistics } = run;
    expectSame(
      'statistics',
      {
        created: statistics.created,
        updated: statistics.updated,
        deleted: statistics.deleted,
        not_listed: statistics.not_listed,
        merged: statistics.merged,
        errors: statistics.errors,
      },
      {
        created: appeared.size,
        updated: [...changed].filter((id) => !appeared.has(id)).length,
        deleted: deletions['deleted-in-google'] + deletions['absent-from-full-sync'] + deletions.merged,
        not_listed: deletions['absent-from-full-sync'],
        merged: deletions.merged,
        errors: 0,
      },
    );
    const { created, updated, deleted, not_listed: notListed, merged, unchanged, errors } = statistics;
    expectSame(
      'sum of the statistics',
      created + updated + (deleted - notListed - merged) + unchanged + errors,
      statistics.total_fetched,
    );
    const { asked, gone, alive, unanswered } = run.absences;
    expectSame('sum of the absences', gone + alive + unanswered, asked);
    if (run.state === 'succeeded') expectSame('contacts that are gone', notListed, gone);
  }

  /** The tables beside the events must agree with them. */
  private async traces(runId: string): Promise<Traces> {
    const [row] = await this.lane.sql<Omit<Traces, 'lastPosition'> & { last_position: string | null }>(
      `select sync_token, account.state,
         (select max(position) from events where run_id = $2) as last_position,
         (select count(*)::int from sync_run_pages where run_id = $2) as pages,
         (select count(*)::int from leases where name = 'account ' || $1::uuid and expires_at > clock_timestamp()) as leases,
         (select count(*)::int from sync_runs where account_id = $1 and state in ('queued', 'running')) as runs
       from accounts account left join sync_lists on account_id = account.id where account.id = $1`,
      [this.accountId, runId],
    );
    if (row === undefined) throw new Error('The account is gone');
    const { last_position: last, ...traces } = row;
    return { ...traces, lastPosition: last === null ? null : BigInt(last) };
  }

  private async heldBy(run: Run): Promise<readonly { contactId: string }[]> {
    const { items, nextCursor } = await new MaskedHeldContacts(this.lane.em).list(run, { limit: 1_000 });
    if (nextCursor !== null) throw new Error('The run holds more than one page of deletions');
    return items;
  }

  private async cancel(runId: string): Promise<void> {
    const { em, runs, queue } = this.lane;
    const handler = new CancelRunHandler(em, runs, queue);
    await handler.execute(new CancelRunCommand(runId, false)).catch(() => undefined);
  }

  private settings(workers: number): EngineSettings {
    const google = this.sources();
    const sources = new WatchedSources(this.sabotage?.(google, this.lane, this.accountId) ?? google, this);
    return { sources, deletionGuard: this.history.deletionGuard, workers };
  }

  /** Kept for the next process, so that it need not ask for an access token. */
  private sources(): GooglePeopleSources {
    const known = this.sourcesOfPageSize.get(this.pageSize);
    if (known !== undefined) return known;
    const google = googleSources(this.googleUrl, this.pageSize, RETRIES);
    this.sourcesOfPageSize.set(this.pageSize, google);
    return google;
  }

  private async disturb(event: Meanwhile['event']): Promise<void> {
    switch (event.what) {
      case 'refuse page tokens':
        this.google.refusePageTokens();
        break;
      case 'expire access tokens':
        this.google.expireAccessTokens();
        break;
      case 'expire sync tokens':
        this.google.expireSyncTokens(event.status);
        break;
      case 'cancel':
        if (this.runId !== null) await this.cancel(this.runId);
        break;
      default:
        this.google.change(event);
        this.contacts.changedMeanwhile(event);
    }
  }
}

/** Whether a dry run just before it gets the same pages. */
function isComparable({ faults, meanwhile, interruptions }: SyncStep): boolean {
  return (
    faults.length === 0 &&
    meanwhile.length === 0 &&
    interruptions.every(({ nextPageSize }) => nextPageSize === null)
  );
}

/** What a dry run can know of an event: all but its times and its run. */
function outline(event: ContactEvent): object {
  const { contactId, resourceName, version, type } = event;
  return event.type === 'ContactUpdated'
    ? { type, contactId, resourceName, version, change: event.change, changedFields: event.changedFields }
    : { type, contactId, resourceName, version, reason: event.reason, mergedInto: event.mergedInto };
}
