import { type ContactEvent } from '#contact';
import { type NameAnswer, type PeoplePage, type PeoplePageRequest, type RetryLimits } from '#google-people';
import { type RequestedMode, type Run } from '#sync';

import { googleSources } from './google-sources.js';
import { type EngineLane } from './engine-lane.js';
import { expectSame, FoldedLog, LogBroken } from './folded-log.js';
import { type PageSequence, TRUE_PERSONS } from './page-sequence.js';
import { type ScriptedGoogle } from './scripted-google.js';
import { type Onlooker, WatchedSources } from './watched-sources.js';

const RETRIES: RetryLimits = { attempts: 1, firstDelayMs: 1, longestDelayMs: 2, budget: 4 };
const IMPATIENT_MS = 400;
const PATIENT_MS = 20_000;
/** Restarts of a list that shows nobody new, and some more. */
const MOST_REQUESTS = 1_500;

/** The pages that the engine got since the list last began. */
interface ListTaken {
  readonly full: boolean;
  readonly pages: PeoplePage[];
}

/** Syncs an account with one page sequence after the other; in between, Google answers truly. */
export class PageSequencePlayer implements Onlooker {
  private readonly log: FoldedLog;
  private readonly impatient: WatchedSources;
  private readonly patient: WatchedSources;
  private requests = 0;
  private list: ListTaken = { full: true, pages: [] };
  /** Those of all lists of the run. */
  private pagesOfRun: PeoplePage[] = [];
  /** Persons that Google answered with when it was asked, the names that it said are there, and those that are gone. */
  private answered: unknown[] = [];
  private readonly alive = new Set<string>();
  private readonly gone = new Set<string>();

  private constructor(
    private readonly lane: EngineLane,
    private readonly google: ScriptedGoogle,
    private readonly refreshToken: string,
    private readonly accountId: string,
  ) {
    this.log = new FoldedLog(lane, accountId);
    this.impatient = this.sources(IMPATIENT_MS);
    this.patient = this.sources(PATIENT_MS);
  }

  static async connect(lane: EngineLane, google: ScriptedGoogle, name: string): Promise<PageSequencePlayer> {
    const refreshToken = `${name}-refresh-token`;
    const player = new PageSequencePlayer(lane, google, refreshToken, await lane.signIn(name, refreshToken));
    await player.recover();
    return player;
  }

  /** @throws when a contact is deleted though Google did not say so, or a person is lost, or work is left undone */
  async play(sequence: PageSequence): Promise<void> {
    const liveBefore = new Set(this.liveNames());
    const tokenBefore = await this.syncToken();
    this.google.script(this.refreshToken, sequence);
    const { run, events } = await this.sync(sequence.mode, this.impatient);
    for (const event of events) this.checkDeletion(event);
    const token = await this.syncToken();
    if (run.state === 'failed') expectSame('sync token of a run that failed', token, tokenBefore);
    else await this.checkNothingLost(run, token, liveBefore);
    await this.recover();
  }

  beforeRequest({ pageToken, syncToken }: PeoplePageRequest): Promise<void> {
    this.requests += 1;
    if (this.requests > MOST_REQUESTS) throw new Error('The run goes in circles');
    if (pageToken === null) this.list = { full: syncToken === null, pages: [] };
    return Promise.resolve();
  }

  afterAnswer(_: PeoplePageRequest, page: PeoplePage): PeoplePage {
    this.list.pages.push(page);
    this.pagesOfRun.push(page);
    return page;
  }

  beforeLookUp(): Promise<void> {
    return Promise.resolve();
  }

  afterLookUp(answers: ReadonlyMap<string, NameAnswer>): void {
    for (const [name, answer] of answers) {
      if (answer.kind === 'alive') {
        const { person } = answer;
        // One whose own name cannot be read is taken for the one that was asked for.
        this.answered.push(
          isObject(person) && nameOf(person) === null ? { ...person, resourceName: name } : person,
        );
        this.alive.add(name);
      }
      if (answer.kind === 'gone') this.gone.add(name);
    }
  }

  /** Whatever came before, one full sync brings everything to Google's state. */
  private async recover(): Promise<void> {
    await this.lane.signIn(this.refreshToken.replace('-refresh-token', ''), this.refreshToken);
    this.google.script(this.refreshToken, null);
    const { run } = await this.sync('full', this.patient);
    expectSame('state of a run with Google as it is', run.state, 'succeeded');
    expectSame(
      'live contacts after it',
      this.liveNames().sort(),
      TRUE_PERSONS.map((text) => nameOf(JSON.parse(text))).sort(),
    );
    expectSame('sync token after it', await this.syncToken(), 'true');
  }

  private async sync(
    mode: RequestedMode,
    sources: WatchedSources,
  ): Promise<{ run: Run; events: ContactEvent[] }> {
    this.requests = 0;
    this.list = { full: true, pages: [] };
    this.pagesOfRun = [];
    this.answered = [];
    this.alive.clear();
    this.gone.clear();
    const { id } = await this.lane.queue.enqueue(this.accountId, mode, 'manual');
    const over = this.lane.queue.finished(id, true).then((ended) => ended.run);
    over.catch(() => undefined);
    await this.lane.work(
      over,
      { sources, deletionGuard: null, workers: 1 },
      null,
      new Promise(() => undefined),
    );
    const events = await this.log.readOn();
    return { run: await over, events };
  }

  /** A deletion needs a reason of Google's: a tombstone, or a complete list that does not show the contact. */
  private checkDeletion(event: ContactEvent): void {
    if (event.type !== 'ContactDeleted') return;
    const { resourceName, reason } = event;
    // Merges are told at once, the others, and those that answers tell, at the end, of the list that came to it.
    const isAtOnce = reason === 'merged' && !this.alive.has(resourceName);
    const listed = personsOf(isAtOnce ? this.pagesOfRun : this.list.pages);
    const shown = [...listed, ...this.answered];
    const isNamed = (person: unknown): boolean => nameOf(person) === resourceName;
    // What the list itself tells is deleted before Google is asked about the rest.
    const isToldByList = listed.some((person) => isNamed(person) && isTombstone(person));
    const persons = (isToldByList ? listed : shown).filter(isNamed);
    const name = `The deletion of ${resourceName} (${reason}) is false`;
    const survivor = this.log.contacts.get(event.mergedInto ?? '')?.snapshot;
    // Under a source id that another contact has, the name's bearer is that other one, by whatever name it lives now.
    const live = new Set<string | null>(this.liveNames());
    const isAnother = (person: unknown): boolean =>
      live.has(resourceName) ||
      shown.some(
        (other) =>
          live.has(nameOf(other)) && sourcesOf(other).some((source) => sourcesOf(person).includes(source)),
      );
    if (persons.some((person) => !isTombstone(person) && !isAnother(person)))
      throw new LogBroken(`${name}: the list shows it`);
    if (reason === 'merged') {
      if (survivor?.deleted !== false || !shown.some((person) => nameOf(person) === survivor.resourceName))
        throw new LogBroken(`${name}: the list does not show what it was merged into`);
      return;
    }
    if (reason === 'deleted-in-google') {
      if (persons.length === 0) throw new LogBroken(`${name}: the list has no tombstone of it`);
      return;
    }
    expectSame(`reason of the deletion of ${resourceName}`, reason, 'absent-from-full-sync');
    const last = this.list.pages.at(-1);
    if (!this.list.full || last?.nextSyncToken == null || last.nextPageToken !== null)
      throw new LogBroken(`${name}: the list was not a complete one`);
    if (!listed.some((person) => !isTombstone(person))) throw new LogBroken(`${name}: the list was empty`);
    if (!this.gone.has(resourceName)) throw new LogBroken(`${name}: Google did not say so`);
  }

  /** Once a list's token is stored, each of its persons is a contact or in quarantine. */
  private async checkNothingLost(
    run: Run,
    token: string | null,
    liveBefore: ReadonlySet<string>,
  ): Promise<void> {
    expectSame('sync token', token, this.list.pages.at(-1)?.nextSyncToken);
    const quarantined = await this.lane.sql<{ resource_name: string | null }>(
      `select resource_name from quarantined_persons where account_id = $1 and state = 'open'`,
      [this.accountId],
    );
    const kept = new Set(quarantined.map((row) => row.resource_name));
    const live = new Set<string | null>(this.liveNames());
    const present = [...personsOf(this.list.pages), ...this.answered].filter(
      (person) => !isTombstone(person),
    );
    // One that came again under the same source id, and was understood, is no longer in quarantine.
    const understood = new Set(
      present.flatMap((person) => (live.has(nameOf(person) ?? '') ? sourcesOf(person) : [])),
    );
    for (const person of present) {
      const name = nameOf(person);
      const isKept = name === null ? quarantined.length > 0 : live.has(name) || kept.has(name);
      // Two persons under one name are one, with the sources of both.
      const sights = name === null ? [person] : present.filter((other) => nameOf(other) === name);
      if (!isKept && !sights.flatMap(sourcesOf).some((source) => understood.has(source)))
        throw new LogBroken(`${name ?? 'Something without a name'} was on the list and is lost`);
    }
    const mentioned = new Set(present.map(nameOf));
    const shownSources = new Set(present.flatMap(sourcesOf));
    const snapshots = await this.lane.sql<{ resource_name: string; source_ids: string[] }>(
      'select resource_name, source_ids from contact_snapshots where account_id = $1 and not deleted',
      [this.accountId],
    );
    const reported = new Set(personsOf(this.list.pages).filter(isTombstone).map(nameOf));
    for (const { resource_name: name, source_ids: sources } of snapshots) {
      if (!reported.has(name) || mentioned.has(name) || !liveBefore.has(name)) continue;
      // A person that could not be understood, but has the contact's source id, shows that the contact is there.
      if (!kept.has(name) && !sources.some((source) => shownSources.has(source)))
        throw new LogBroken(`${name} was reported deleted and lives`);
    }
    expectSame('pages of the run', run.statistics.pages >= this.list.pages.length, true);
  }

  private liveNames(): string[] {
    return this.log.live().map(({ snapshot }) => snapshot.resourceName);
  }

  private async syncToken(): Promise<string | null> {
    const [row] = await this.lane.sql<{ sync_token: string | null }>(
      'select sync_token from sync_lists where account_id = $1',
      [this.accountId],
    );
    return row?.sync_token ?? null;
  }

  private sources(requestTimeoutMs: number): WatchedSources {
    const google = googleSources(this.google.url, 10, RETRIES, requestTimeoutMs);
    return new WatchedSources(google, this);
  }
}

function personsOf(pages: readonly PeoplePage[]): unknown[] {
  return pages.flatMap(({ items }) => items);
}

/** As it is stored, without what PostgreSQL refuses; null where nothing is left. */
function nameOf(person: unknown): string | null {
  const name = isObject(person) ? person.resourceName : null;
  const storable = typeof name === 'string' ? name.replaceAll('\u0000', '').toWellFormed() : '';
  return storable === '' ? null : storable;
}

function sourcesOf(person: unknown): unknown[] {
  const sources = isObject(person) && isObject(person.metadata) ? person.metadata.sources : null;
  return Array.isArray(sources)
    ? sources.map((source: unknown) => (isObject(source) ? source.id : null))
    : [];
}

function isTombstone(person: unknown): boolean {
  return (
    isObject(person) &&
    isObject(person.metadata) &&
    person.metadata.deleted === true &&
    nameOf(person) !== null
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
