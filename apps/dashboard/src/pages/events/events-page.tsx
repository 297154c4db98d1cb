import { useEffect, useMemo, useRef } from 'react';

import { useAbout, useOverview } from '../../api/ask.js';
import { type EventFilter, typeIn } from '../../api/events.js';
import { useMay, useSession } from '../../api/session.js';
import { useStore } from '../../live/store.js';
import { AccountChip } from '../../parts/account-chip.js';
import { CopyButton } from '../../parts/copy.js';
import { Icon } from '../../parts/icon.js';
import { MaskedNotice } from '../../parts/masked-notice.js';
import { useAddress } from '../../shell/address.js';
import { useKeys } from '../../shell/keys.js';
import { useTitle } from '../../shell/title.js';
import { kcatForAll } from '../../words/kcat.js';
import { count, decimal } from '../../words/numbers.js';
import { ContactChip, FieldChip, TypeChip } from './chips.js';
import { EventView } from './event-view.js';
import { EventRows } from './event-rows.js';
import { useTopic } from './topic.js';
import { Tail } from './tail.js';

/** What comes in now, what one of it says, and how to get it oneself. */
export function EventsPage({ position }: { readonly position?: string | undefined }) {
  useTitle('Events');
  const { search, href, go } = useAddress();
  const mayRead = useMay()('read');
  const { data: session } = useSession();
  const before = positionIn(search.get('before'));
  const filter: EventFilter = {
    accountId: session?.accountId ?? search.get('account'),
    contactId: search.get('contact'),
    type: typeIn(search.get('type')),
    field: search.get('field'),
  };
  const tail = useTail(filter, before);
  const state = useStore(tail.state);
  const isPaused = before !== null;
  const pause = () => {
    const at = BigInt(state.rows[0]?.position ?? state.end ?? 0) + 1n;
    go(href({ before: isPaused ? null : String(at) }), { replace: true });
  };
  useKeys({ ' ': pause });
  const opened = position !== undefined && /^\d{1,18}$/.test(position) ? position : null;
  return (
    <>
      <h1 className="vh">Events</h1>
      {!mayRead && <MaskedNotice name={session?.name ?? null} />}
      <div className="row">
        <button className="btn" type="button" onClick={pause} aria-keyshortcuts="Space">
          <Icon name={isPaused ? 'events' : 'pause'} />
          {isPaused ? 'Go on' : 'Pause'}
        </button>
        <AccountChip
          accountId={filter.accountId}
          isFixed={session?.accountId != null}
          hrefOf={(account) => href({ account, before: null })}
        />
        <TypeChip type={filter.type} />
        <FieldChip field={filter.field} />
        <ContactChip contactId={filter.contactId} />
        <span className="grow" />
        <LogEnd
          end={state.end}
          isWhole={filter.accountId === null && filter.contactId === null && filter.type === null}
        />
        <CopyKcat filter={filter} />
      </div>
      <div className={opened === null ? 'panel split-view events at-list' : 'panel split-view events'}>
        <EventRows tail={tail} state={state} opened={opened} isPaused={isPaused} />
        {opened === null ? (
          <section className="nothing" aria-label="No event is opened">
            <Icon name="events" />
            <h2>Choose an event</h2>
            <p>You see what it changed, beside the event as consumers get it.</p>
          </section>
        ) : (
          <EventView
            key={opened}
            position={opened}
            known={state.rows.find((row) => row.position === opened)}
          />
        )}
      </div>
    </>
  );
}

function positionIn(text: string | null): bigint | null {
  return text !== null && /^\d{1,18}$/.test(text) ? BigInt(text) : null;
}

/** The tail of what is filtered for, as long as the page is there. */
function useTail({ accountId, contactId, type, field }: EventFilter, before: bigint | null): Tail {
  const begin = useRef(before);
  const tail = useMemo(
    () => new Tail({ accountId, contactId, type, field }, begin.current),
    [accountId, contactId, type, field],
  );
  useEffect(() => tail.start(), [tail]);
  useEffect(() => {
    begin.current = before;
    tail.hold(before);
  }, [tail, before]);
  return tail;
}

function LogEnd({ end, isWhole }: { readonly end: bigint | null; readonly isWhole: boolean }) {
  const perMinute = useOverview().data?.stream?.log.perMinute;
  return (
    <span className="muted small">
      {perMinute !== undefined && `${decimal(perMinute)} a minute`}
      {perMinute !== undefined && end !== null && isWhole && ' · '}
      {end !== null && isWhole && `the log ends at ${count(String(end))}`}
    </span>
  );
}

function CopyKcat({ filter }: { readonly filter: EventFilter }) {
  const hasKafka = useAbout().data?.kafka === true;
  const topic = useTopic(hasKafka);
  if (topic === undefined) return null;
  return (
    <CopyButton
      className="btn sm"
      text={kcatForAll(topic, filter)}
      what="Copy the kcat command for these events"
    >
      Copy kcat for these
    </CopyButton>
  );
}
