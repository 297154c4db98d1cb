import { useState } from 'react';

import { type CloudEvent } from '../api/answers.js';
import { count } from '../words/numbers.js';
import { ChangeRow } from './change-row.js';

interface ChangeFeedProps {
  /** Newest first. */
  readonly events: readonly CloudEvent[];
  /** Every field that changed, in place of the first one in a line. */
  readonly whole?: boolean;
  /** Whether each says of which account it is. */
  readonly withAccount?: boolean;
  /** What is new, for the button that shows it. */
  readonly what?: string;
}

/** Changes, newest first. While somebody is at the list, what is new waits behind a button: nothing jumps. */
export function ChangeFeed({ events, whole = false, withAccount = false, what = 'change' }: ChangeFeedProps) {
  const [held, setHeld] = useState<readonly CloudEvent[] | null>(null);
  const shown = held ?? events;
  const at = events.findIndex(({ position }) => position === shown[0]?.position);
  const newer = at < 0 ? events.length : at;
  const hold = () => {
    setHeld((before) => before ?? events);
  };
  const letGo = () => {
    setHeld(null);
  };
  return (
    <div onMouseEnter={hold} onMouseLeave={letGo} onFocus={hold} onBlur={letGo}>
      {newer > 0 && (
        <button className="new" type="button" onClick={letGo}>
          {count(newer)} newer {newer === 1 ? what : `${what}s`}
        </button>
      )}
      <ul className="feed">
        {shown.map((event) => (
          <ChangeRow key={event.position} event={event} whole={whole} withAccount={withAccount} />
        ))}
      </ul>
    </div>
  );
}
