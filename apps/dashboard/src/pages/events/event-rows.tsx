import { memo, useEffect, useRef } from 'react';
import { Link } from 'wouter';

import { type CloudEvent } from '../../api/answers.js';
import { useBefore } from '../../api/before.js';
import { useMay } from '../../api/session.js';
import { AccountName } from '../../parts/account-name.js';
import { Icon } from '../../parts/icon.js';
import { NotLoaded, SkeletonRows } from '../../parts/loaded.js';
import { Time } from '../../parts/time.js';
import { useAddress } from '../../shell/address.js';
import { useListKeys } from '../../shell/list-keys.js';
import { changeWords, type EventData } from '../../words/changes.js';
import { fieldWord } from '../../words/fields.js';
import { count, counted } from '../../words/numbers.js';
import { type Tail, type TailState } from './tail.js';

interface EventRowsProps {
  readonly tail: Tail;
  readonly state: TailState;
  readonly opened: string | null;
  readonly isPaused: boolean;
}

/** Below this the head of the list is not in sight any more. */
const AT_TOP_PX = 80;

/** The newest on top; while somebody is at them, nothing moves. */
export function EventRows({ tail, state, opened, isPaused }: EventRowsProps) {
  const { rows, newer, olderBefore, isLoading, error } = state;
  const { href, go } = useAddress();
  const list = useRef<HTMLElement>(null);
  const mayOperate = useMay()('operate');
  useListKeys(list, 'a.name');
  useTouch(list, tail, opened !== null);
  const show = () => {
    if (isPaused && newer === null) go(href({ before: null }), { replace: true });
    else tail.showNewer();
    list.current?.scrollTo({ top: 0 });
    window.scrollTo({ top: 0 });
  };
  return (
    <section aria-label="Events, newest first" ref={list} aria-busy={isLoading}>
      {newer !== 0 && (
        <button className="new" type="button" onClick={show}>
          {newer === null ? 'Newer events' : counted(newer, 'newer event')}
        </button>
      )}
      {error !== null && <NotLoaded error={error} />}
      {isLoading && rows.length === 0 && error === null && <SkeletonRows />}
      {!isLoading && rows.length === 0 && error === null && (
        <div className="nothing">
          <h2>No event {olderBefore === null ? 'yet' : 'here'}</h2>
          <p>
            {olderBefore === null
              ? 'What syncs find out shows here as it happens.'
              : 'Look further back, or filter for less.'}
          </p>
        </div>
      )}
      {rows.length > 0 && (
        <table className="table tight evs">
          <thead>
            <tr>
              <th className="num wide-only">Position</th>
              <th>Time</th>
              <th>Contact</th>
              <th>What</th>
              {mayOperate && <th className="wide-only">Account</th>}
            </tr>
          </thead>
          <tbody>
            {/* By place: what comes in changes what the rows say, and moves none. */}
            {rows.map((event, at) => (
              <Row
                key={at}
                event={event}
                href={href({}, `/events/${event.position}`)}
                isOpened={event.position === opened}
                mayOperate={mayOperate}
              />
            ))}
          </tbody>
        </table>
      )}
      {olderBefore !== null && !isLoading && (
        <p className="pad">
          <Link href={href({ before: String(olderBefore) }, '/events')}>Older</Link>
        </p>
      )}
    </section>
  );
}

interface RowProps {
  readonly event: CloudEvent;
  readonly href: string;
  readonly isOpened: boolean;
  readonly mayOperate: boolean;
}

const Row = memo(function Row({ event, href, isOpened, mayOperate }: RowProps) {
  const data: EventData = event.data;
  const { icon, word } = changeWords(data);
  const fields = data.changedFields ?? [];
  const what = data.change === 'updated' ? fields.map(fieldWord).join(', ') : word;
  return (
    <tr aria-selected={isOpened ? 'true' : undefined}>
      <td className="num mono muted wide-only">{count(event.position)}</td>
      <td className="muted">
        <Time at={event.time} clock />
      </td>
      <td className="cut">
        <Link className="name" href={href} aria-current={isOpened ? 'true' : undefined}>
          <EventName event={event} />
        </Link>
      </td>
      <td className="cut">
        <span className="what" title={what}>
          <Icon name={icon} />
          {what}
        </span>
      </td>
      {mayOperate && (
        <td className="muted wide-only cut">
          {data.accountId !== undefined && <AccountName id={data.accountId} />}
        </td>
      )}
    </tr>
  );
});

/** Whom an event is about. One of a deletion does not say it: who was deleted is asked for. */
export function EventName({ event }: { readonly event: CloudEvent }) {
  const data: EventData = event.data;
  const before = useBefore(event, data.masked === undefined && event.type === 'ContactDeleted');
  const name = (data.contact ?? before)?.displayName;
  if (typeof name !== 'string') return <code>{event.subject.slice(0, 8)}</code>;
  return (
    <span dir="auto" title={name}>
      {name === '' ? 'No name' : name}
    </span>
  );
}

/** Tells the tail whether somebody is at the rows: points at them, is among them, or has scrolled down. */
function useTouch(list: React.RefObject<HTMLElement | null>, tail: Tail, isReading: boolean): void {
  useEffect(() => {
    const element = list.current;
    if (element === null) return;
    let isPointed = false;
    const tell = () => {
      const isFocused = element.contains(document.activeElement);
      tail.touch(isReading || isPointed || isFocused || window.scrollY + element.scrollTop > AT_TOP_PX);
    };
    const onEnter = () => {
      isPointed = true;
      tell();
    };
    const onLeave = () => {
      isPointed = false;
      tell();
    };
    const onFocus = () => {
      // What loses the focus says so before the next one has it.
      requestAnimationFrame(tell);
    };
    element.addEventListener('pointerenter', onEnter);
    element.addEventListener('pointerleave', onLeave);
    element.addEventListener('focusin', onFocus);
    element.addEventListener('focusout', onFocus);
    element.addEventListener('scroll', tell, { passive: true });
    window.addEventListener('scroll', tell, { passive: true });
    tell();
    return () => {
      element.removeEventListener('pointerenter', onEnter);
      element.removeEventListener('pointerleave', onLeave);
      element.removeEventListener('focusin', onFocus);
      element.removeEventListener('focusout', onFocus);
      element.removeEventListener('scroll', tell);
      window.removeEventListener('scroll', tell);
    };
  }, [list, tail, isReading]);
}
