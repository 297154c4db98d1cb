import { type RunEnd } from '../runs/end-run.sql.js';
import { type RunContext } from '../runs/run-context.js';
import { type ListDescription } from './list-description.js';
import { readProgress } from './read-progress.sql.js';
import { StoredPages } from './stored-pages.js';

/** A page token this old, in minutes, is not followed any more: much may have changed under its list. */
const STALE_AFTER_MINUTES = 60;

/**
 * The pages of a run that its process left: they go on behind the last stored one. A listing that was left for more than
 * an hour starts again, and so does one that leads nowhere, because the process ended between the last page of an
 * incomplete list and the run's failure: what such a list showed must not count beside what the next one shows.
 */
export async function resumePages(
  context: RunContext,
  description: ListDescription,
  endQuietly: (end: RunEnd) => Promise<void>,
): Promise<StoredPages> {
  const { em, run, list } = context;
  const { pages: stored, isStale } = await readProgress(em, run.id, list.epoch, STALE_AFTER_MINUTES);
  const pages = new StoredPages(context, description, stored, endQuietly);
  const leadsNowhere = stored > 0 && list.nextPageToken == null;
  if (list.pendingSyncToken == null && (isStale || leadsNowhere)) await pages.beginEpoch(null);
  return pages;
}
