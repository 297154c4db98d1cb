import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';

import { type CloudEvent } from '../../api/answers.js';
import { useAbout, useTimings } from '../../api/ask.js';
import { useBefore } from '../../api/before.js';
import { eventAt } from '../../api/events.js';
import { useMay } from '../../api/session.js';
import { BASE } from '../../base.js';
import { AccountName } from '../../parts/account-name.js';
import { Chosen } from '../../parts/chosen.js';
import { Copyable, CopyButton } from '../../parts/copy.js';
import { Diff } from '../../parts/diff.js';
import { Icon } from '../../parts/icon.js';
import { JsonView } from '../../parts/json-view.js';
import { Loaded } from '../../parts/loaded.js';
import { useAddress } from '../../shell/address.js';
import { changeWords, type EventData } from '../../words/changes.js';
import { foldedEvent, rawEvent } from '../../words/cloud-events.js';
import { fieldWord } from '../../words/fields.js';
import { kcatForOne } from '../../words/kcat.js';
import { count, counted } from '../../words/numbers.js';
import { absolute, took } from '../../words/times.js';
import { EventName } from './event-rows.js';
import { useTopic } from './topic.js';

/** @param known the event, where the list has it */
export function EventView({
  position,
  known,
}: {
  readonly position: string;
  readonly known: CloudEvent | undefined;
}) {
  const event = useQuery({
    queryKey: ['event', position],
    queryFn: ({ signal }) => eventAt(position, signal),
    ...(known !== undefined && { initialData: known }),
    staleTime: Infinity,
  });
  const { href } = useAddress();
  const closed = href({ raw: null }, '/events');
  return (
    <Chosen label="Event" list="Events" closed={closed}>
      <Loaded query={event}>
        {(one) =>
          one === null ? (
            <div className="nothing">
              <h2>There is no event {count(position)}</h2>
              <p>It may be one of an account that was erased.</p>
            </div>
          ) : (
            <Read event={one} closed={closed} />
          )
        }
      </Loaded>
    </Chosen>
  );
}

function Read({ event, closed }: { readonly event: CloudEvent; readonly closed: string }) {
  const data: EventData = event.data;
  const { search, href } = useAddress();
  // What is masked is not as on the topic.
  const isRaw = search.get('raw') !== null && data.masked === undefined;
  const { word } = changeWords(data);
  const link = new URL(`${BASE}${href({}, `/events/${event.position}`)}`, location.href).href;
  return (
    <>
      <header className="pad row">
        <h2>
          <EventName event={event} /> {data.change === 'renamed' ? 'has another resource name' : word}
        </h2>
        <span className="muted small">{count(event.position)}</span>
        <span className="grow" />
        <CopyButton
          className="btn quiet icon sm"
          text={link}
          what="Copy the link to this event"
          icon="link"
        />
        <Link className="btn quiet icon sm" href={closed} aria-label="Close" title="Close">
          <Icon name="x" />
        </Link>
      </header>
      <div className="reading">
        <div>
          <WhatChanged event={event} />
          <Facts event={event} />
          <Kcat event={event} />
        </div>
        <div className="ev-json">
          <div className="row pad">
            <h3>{isRaw ? 'As on the topic' : 'CloudEvent'}</h3>
            <span className="small muted">{counted(new Blob([JSON.stringify(event)]).size, 'byte')}</span>
            <span className="grow" />
            {data.masked === undefined && (
              <Link className="small" href={href({ raw: isRaw ? null : '1' })} replace>
                {isRaw ? 'Folded' : 'Raw'}
              </Link>
            )}
            {event.dataschema !== undefined && (
              <a className="small" href={schemaAt(event.dataschema)}>
                Schema
              </a>
            )}
          </div>
          {isRaw ? (
            <pre className="code" tabIndex={0} aria-label="The event as on the topic">
              {rawEvent(event)}
            </pre>
          ) : (
            <JsonView
              value={foldedEvent(event)}
              label="The event as JSON"
              marks={changedMarks(data)}
              tone="changed"
            />
          )}
        </div>
      </div>
    </>
  );
}

/** The service's own, wherever it says that it is: this page was reached by another name perhaps. */
function schemaAt(dataschema: string): string {
  return `${BASE}${/\/api\/schemas\/[\w./-]+$/.exec(dataschema)?.[0] ?? '/api/asyncapi'}`;
}

function changedMarks({ changedFields = [] }: EventData): readonly string[] {
  return changedFields.map((field) =>
    field === 'resourceName' ? 'data.resourceName' : `data.contact.${field}`,
  );
}

function WhatChanged({ event }: { readonly event: CloudEvent }) {
  const data: EventData = event.data;
  const { changedFields = [], contact, masked, resourceName } = data;
  const isUpdate = changedFields.length > 0;
  const before = useBefore(event, masked === undefined && isUpdate);
  if (!isUpdate) return null;
  if (masked === true) return <p className="pad muted">{changedFields.map(fieldWord).join(', ')}</p>;
  if (before === undefined || contact === undefined) return null;
  return (
    <div className="pad">
      <Diff fields={changedFields} before={before} after={{ ...contact, resourceName }} />
    </div>
  );
}

function Facts({ event }: { readonly event: CloudEvent }) {
  const data: EventData = event.data;
  const mayOperate = useMay()('operate');
  const version = Number(event.contactversion);
  return (
    <dl className="kv pad">
      <div>
        <dt>Contact</dt>
        <dd>
          <Link href={`/contacts/${event.subject}`}>
            <EventName event={event} />
          </Link>
          , version {version}
          {version > 1 && (
            <>
              {' '}
              <small>
                <Link href={`/contacts/${event.subject}?v=${version - 1}`}>was version {version - 1}</Link>
              </small>
            </>
          )}
        </dd>
      </div>
      {data.mergedInto != null && (
        <div>
          <dt>Merged into</dt>
          <dd>
            <Link href={`/contacts/${data.mergedInto}`}>
              <code>{data.mergedInto.slice(0, 8)}</code>
            </Link>
          </dd>
        </div>
      )}
      {mayOperate && data.accountId !== undefined && (
        <div>
          <dt>Account</dt>
          <dd>
            <Link href={`/accounts/${data.accountId}`}>
              <AccountName id={data.accountId} />
            </Link>
          </dd>
        </div>
      )}
      {mayOperate && data.runId !== undefined && (
        <div>
          <dt>Found by</dt>
          <dd>
            <Link href={`/runs/${data.runId}`}>run {data.runId.slice(0, 8)}</Link>
          </dd>
        </div>
      )}
      <div>
        <dt>Found</dt>
        <dd>
          <time dateTime={event.time}>{absolute(new Date(event.time))}</time>
        </dd>
      </div>
      {mayOperate && data.runId !== undefined && <Reached event={event} runId={data.runId} />}
    </dl>
  );
}

/** When all events of the run were where consumers are; so was this one at the latest. */
function Reached({ event: { time }, runId }: { readonly event: CloudEvent; readonly runId: string }) {
  const reached = useTimings(runId).data?.reached;
  const places = [
    ['On Kafka', reached?.kafka],
    ['In read model', reached?.readModel],
  ] as const;
  return places.map(
    ([place, there]) =>
      there != null && (
        <div key={place}>
          <dt>{place}</dt>
          <dd>
            after {took(Math.max(0, Date.parse(there.at) - Date.parse(time)))}{' '}
            <small>with all of its run</small>
          </dd>
        </div>
      ),
  );
}

function Kcat({ event }: { readonly event: CloudEvent }) {
  const hasKafka = useAbout().data?.kafka === true;
  const topic = useTopic(hasKafka);
  if (topic === undefined) return null;
  return (
    <div className="pad stack">
      <h3>Read it with kcat</h3>
      <Copyable text={kcatForOne(topic, event)} what="Copy the kcat command" />
    </div>
  );
}
