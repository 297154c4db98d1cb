import { Link } from 'wouter';

import { type CloudEvent, type RunDetail } from '../../api/answers.js';
import { useBefore } from '../../api/before.js';
import { useRunEvents } from '../../api/run-events.js';
import { Diff } from '../../parts/diff.js';
import { changeWords, type EventData } from '../../words/changes.js';
import { count } from '../../words/numbers.js';

const SHOWN = 3;
/** A run that changed more says it in numbers. */
const MOST = 20;

/** What a small run changed, contact by contact. */
export function RunCards({ run }: { readonly run: RunDetail }) {
  const { statistics } = run;
  const changes = statistics.created + statistics.updated + statistics.deleted;
  return changes === 0 || changes > MOST ? null : <Cards run={run} />;
}

function Cards({ run }: { readonly run: RunDetail }) {
  const { events = [], made } = useRunEvents(run);
  return (
    <>
      {events.slice(0, SHOWN).map((event) => (
        <Card key={event.position} event={event} />
      ))}
      {events.length > 0 && made > SHOWN && (
        <p className="by small">
          <Link href={`/runs/${run.id}`}>{count(made - SHOWN)} more</Link>
        </p>
      )}
    </>
  );
}

function Card({ event }: { readonly event: CloudEvent }) {
  const data: EventData = event.data;
  const isUpdate = (data.changedFields?.length ?? 0) > 0;
  const before = useBefore(event, data.masked === undefined && (isUpdate || data.contact === undefined));
  const name = (data.contact ?? before)?.displayName;
  return (
    <div className="card">
      <p>
        <Link href={`/contacts/${event.subject}`}>
          <b dir="auto">{typeof name === 'string' && name !== '' ? name : event.subject.slice(0, 8)}</b>
        </Link>{' '}
        <span className="by">
          {data.change === 'updated' ? '' : `${changeWords(data).word}, `}version{' '}
          {Number(event.contactversion)}
        </span>
      </p>
      {isUpdate && before !== undefined && data.contact !== undefined && (
        <Diff fields={data.changedFields ?? []} before={before} after={data.contact} most={300} />
      )}
    </div>
  );
}
