import { type CloudEvent, type RunDetail } from './answers.js';
import { useEventsUpTo } from './ask.js';

/** How many events of a run are shown; all of them are on the page of events. */
const SHOWN_EVENTS = 50;

/** The newest events of a run, newest first. */
export function useRunEvents({ id, accountId, lastPosition, statistics }: RunDetail, most = SHOWN_EVENTS) {
  const made = statistics.created + statistics.updated + statistics.deleted;
  const query = useEventsUpTo(
    made > 0 ? (lastPosition ?? undefined) : undefined,
    Math.min(made, most),
    accountId,
  );
  const events: readonly CloudEvent[] | undefined = query.data?.filter(({ data }) => data.runId === id);
  return { query, events, made };
}
