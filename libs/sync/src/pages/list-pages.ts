import {
  GoogleUnavailable,
  PageTokenRefused,
  type PeoplePage,
  type PeopleSource,
  SyncTokenExpired,
} from '#google-people';
import { type Logger } from 'pino';

import { PageTimes } from '../runs/page-times.js';
import { type Activity } from '../runs/run-activity.js';
import { type FallbackReason, type Run } from '../runs/run.entity.js';
import { type SyncList } from '../runs/sync-list.entity.js';
import { type ListDescription, type ReadPage } from './list-description.js';

/** How often a list whose page token is refused, or leads in a circle, begins again before the run gives up. */
const MOST_RESTARTS = 3;

/** Pages in a row that show nobody whom the list has not shown before: Google sends an empty one at times, not so many. */
const MOST_IDLE_PAGES = 100;

/** A list that ended without a sync token: what it left out cannot be told from what was deleted. */
export class ListIncomplete extends Error {
  override readonly name = 'ListIncomplete';

  constructor() {
    super(
      "Google's list ended without a sync token. What came is kept, nothing is deleted; try again later.",
    );
  }
}

/** Where the run goes on after the page. */
export interface PageProgress {
  readonly page: number;
  readonly nextPageToken: string | null;
  readonly pendingSyncToken: string | null;
  readonly totalItems: number | null;
  readonly times: PageTimes;
}

/** Where the pages of a list go: into the database, or, for a dry run, into memory. */
export interface PageSink {
  readonly run: Run;
  readonly list: SyncList;
  /** How many pages of the current epoch it has. */
  readonly count: number;
  /** Lets the pages begin anew. @param fallbackReason given: as those of a full sync */
  beginEpoch(fallbackReason: FallbackReason | null): Promise<void>;
  add(page: ReadPage, progress: PageProgress): Promise<void>;
}

/** What is listed, and where its pages go. */
export interface Listing {
  readonly source: PeopleSource;
  readonly pageSize: number;
  readonly description: ListDescription;
  readonly sink: PageSink;
  readonly activity: Activity;
  readonly log: Logger;
}

/**
 * Hands every page of a list to a sink, from where its run stands to the page with the next sync token. An expired
 * sync token turns the run into a full one, once; a refused page token begins the pages anew, a few times.
 *
 * While the sink has a page in hand, the one behind it is fetched and read; what becomes of that is looked at in its turn.
 *
 * @throws ListIncomplete, a GoogleError, what the sink throws, or the signal's reason between two pages
 */
export async function listPages(listing: Listing, signal: AbortSignal): Promise<void> {
  const left = new AbortController();
  try {
    await handPages(listing, AbortSignal.any([signal, left.signal]));
  } catch (error) {
    // The page that is fetched ahead.
    left.abort(error);
    throw error;
  }
}

async function handPages(
  { source, pageSize, description, sink, activity, log }: Listing,
  signal: AbortSignal,
): Promise<void> {
  const { run, list } = sink;
  const fetchPage = (pageToken: string | null): Promise<ListedPage> => {
    const syncToken = run.mode === 'incremental' ? (list.syncToken ?? null) : null;
    const times = new PageTimes(activity);
    const page = source
      .fetchPage({ pageSize, pageToken, syncToken }, signal, times)
      .then(async ({ items, ...answer }): Promise<ListedPage> => {
        times.isAnswered();
        return { ...answer, times, page: await description.read(items, list.fullSyncedAt == null) };
      });
    // It may fail long before anybody looks.
    page.catch(() => undefined);
    return page;
  };
  let ahead = list.pendingSyncToken == null ? fetchPage(list.nextPageToken ?? null) : null;
  const followed = new Set<string>();
  const shown = new Set<string>();
  let idlePages = 0;
  let restarts = 0;
  while (list.pendingSyncToken == null) {
    signal.throwIfAborted();
    const asked = ahead;
    ahead = null;
    let answer: ListedPage;
    try {
      answer = await (asked ?? fetchPage(list.nextPageToken ?? null));
      if (answer.nextPageToken !== null && followed.has(answer.nextPageToken)) {
        throw new PageTokenRefused('Google led the list in a circle');
      }
    } catch (error) {
      if (error instanceof SyncTokenExpired && run.mode === 'incremental') {
        log.info({ reason: error.message }, 'the sync token is expired, falling back to a full sync');
        await sink.beginEpoch('sync-token-expired');
      } else if (error instanceof PageTokenRefused && restarts < MOST_RESTARTS) {
        restarts += 1;
        log.warn({ reason: error.message }, 'the pages of the list begin again');
        await sink.beginEpoch(null);
      } else {
        throw error;
      }
      followed.clear();
      shown.clear();
      idlePages = 0;
      continue;
    }
    const isLast = answer.nextPageToken === null;
    if (answer.nextPageToken !== null) {
      followed.add(answer.nextPageToken);
      ahead = fetchPage(answer.nextPageToken);
    }
    const { page } = answer;
    idlePages = showsSomeoneNew(page, shown) ? 0 : idlePages + 1;
    if (!isLast && idlePages > MOST_IDLE_PAGES) {
      throw new GoogleUnavailable(
        `Google's list does not come to its end: ${MOST_IDLE_PAGES} pages in a row showed nobody new`,
      );
    }
    await sink.add(page, {
      page: sink.count + 1,
      nextPageToken: answer.nextPageToken,
      pendingSyncToken: isLast ? answer.nextSyncToken : null,
      totalItems: answer.totalItems,
      times: answer.times,
    });
    if (isLast && answer.nextSyncToken === null) throw new ListIncomplete();
  }
}

/** A page of Google's, its items as far as the page itself tells. */
interface ListedPage extends Omit<PeoplePage, 'items'> {
  readonly times: PageTimes;
  readonly page: ReadPage;
}

/** @param shown by the pages before; those of this page are added */
function showsSomeoneNew(page: ReadPage, shown: Set<string>): boolean {
  const before = shown.size;
  for (const person of [...page.shown, ...page.deleted]) shown.add(person.resourceName);
  for (const person of page.quarantined) shown.add(person.key);
  return shown.size > before;
}
