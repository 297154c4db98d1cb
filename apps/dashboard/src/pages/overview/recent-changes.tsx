import { Link } from 'wouter';

import { useEventsUpTo } from '../../api/ask.js';
import { ChangeFeed } from '../../parts/change-feed.js';
import { Loaded } from '../../parts/loaded.js';
import { Panel } from '../../parts/panel.js';

const SHOWN = 10;

interface RecentChangesProps {
  /** The last one of the log. */
  readonly position: string;
  /** Whether there is more than one account. */
  readonly withAccount: boolean;
}

export function RecentChanges({ position, withAccount }: RecentChangesProps) {
  const changes = useEventsUpTo(position, SHOWN);
  return (
    <Panel
      title="Recent changes"
      actions={
        <Link className="small" href="/events">
          All events
        </Link>
      }
    >
      {position === '0' ? (
        <p className="pad muted">None yet.</p>
      ) : (
        <Loaded query={changes}>
          {(events) => <ChangeFeed events={events} withAccount={withAccount} />}
        </Loaded>
      )}
    </Panel>
  );
}
