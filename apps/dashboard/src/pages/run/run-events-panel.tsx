import { Link } from 'wouter';

import { type RunDetail } from '../../api/answers.js';
import { useRunEvents } from '../../api/run-events.js';
import { ChangeFeed } from '../../parts/change-feed.js';
import { Loaded } from '../../parts/loaded.js';
import { Panel } from '../../parts/panel.js';
import { count } from '../../words/numbers.js';
import { isOver } from '../../words/outcomes.js';

/** What a run changed, field by field. */
export function RunEventsPanel({ run }: { readonly run: RunDetail }) {
  const { query, events = [], made } = useRunEvents(run);
  const title = isOver(run) ? 'Events it made' : 'Events so far';
  return (
    <Panel
      title={title}
      about={count(made)}
      actions={
        <Link className="small" href={`/events?account=${run.accountId}`}>
          Open in Events
        </Link>
      }
      {...(made > events.length &&
        events.length > 0 && {
          footer: <Link href={`/events?account=${run.accountId}`}>{count(made - events.length)} more</Link>,
        })}
    >
      {made === 0 ? (
        <p className="pad muted">{isOver(run) ? 'None: nothing changed.' : 'None yet.'}</p>
      ) : (
        <Loaded query={query}>{() => <ChangeFeed events={events} whole what="event" />}</Loaded>
      )}
    </Panel>
  );
}
