import { Link } from 'wouter';

import { useMay } from '../../api/session.js';
import { type DeadLetter, useDeadLetter, type WholeDeadLetter } from '../../api/trouble.js';
import { Chosen } from '../../parts/chosen.js';
import { JsonView } from '../../parts/json-view.js';
import { Loaded, NotLoaded } from '../../parts/loaded.js';
import { Time } from '../../parts/time.js';
import { useAddress } from '../../shell/address.js';
import { count } from '../../words/numbers.js';
import { useDecisions } from './decide-buttons.js';

interface DeadLetterViewProps {
  readonly id: string;
  readonly listed: DeadLetter | undefined;
}

/** An event that Kafka or the read model refused. */
export function DeadLetterView({ id, listed }: DeadLetterViewProps) {
  const mayRead = useMay()('read');
  const whole = useDeadLetter(id, mayRead);
  const letter = whole.data ?? listed;
  const { href } = useAddress();
  const closed = href({ of: null }, '/trouble');
  return (
    <Chosen label="Dead letter" list="All" closed={closed}>
      {letter !== undefined && <Head letter={letter} />}
      {mayRead ? (
        <Loaded query={whole}>{(one) => <Payload letter={one} />}</Loaded>
      ) : (
        letter === undefined && <NotLoaded error={new Error('It is closed, or there is none of this id.')} />
      )}
    </Chosen>
  );
}

function Head({ letter }: { readonly letter: DeadLetter }) {
  const isKafka = letter.refusedBy === 'kafka';
  const { buttons, outcome } = useDecisions({
    kind: 'dead-letters',
    id: letter.id,
    isOpen: letter.state === 'open' && letter.requested == null,
    what: 'this dead letter',
    consequence: isKafka
      ? 'Consumers of Kafka never get this event; it stays in the service’s log.'
      : 'The read model goes on without this event, and may show something older of its contact.',
  });
  return (
    <>
      <div className="pad head">
        <div>
          <p className="crumb">
            {isKafka ? 'Kafka refused it' : 'The read model could not take it'}{' '}
            <Time at={letter.occurredAt} />
          </p>
          <h1>{isKafka ? 'An event is not on its topic' : 'An event is not in the read model'}</h1>
        </div>
        <div className="actions">{buttons}</div>
      </div>
      <div className="pad stack">
        {outcome}
        <p>
          <b>{letter.error}.</b> Everything behind it went on.
        </p>
        {letter.requested != null && (
          <p className="muted">A {letter.requested} is asked for, and done in a moment.</p>
        )}
      </div>
      <dl className="kv pad">
        <Fact name="Topic" value={letter.topic} />
        <Fact name="Partition" value={letter.partition === null ? null : count(letter.partition)} />
        <Fact name="Offset" value={letter.offset === null ? null : count(letter.offset)} />
        {letter.position !== null && (
          <div>
            <dt>Position in the log</dt>
            <dd>
              <Link href={`/events/${letter.position}`}>{count(letter.position)}</Link>
            </dd>
          </div>
        )}
        {letter.contactId !== null && (
          <div>
            <dt>Contact</dt>
            <dd>
              <Link href={`/contacts/${letter.contactId}`}>
                <code>{letter.contactId}</code>
              </Link>
            </dd>
          </div>
        )}
      </dl>
    </>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string | null }) {
  if (value === null) return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function Payload({ letter: { payload } }: { readonly letter: WholeDeadLetter }) {
  if (payload === null) return <p className="pad muted">What it held was removed at the end of its time.</p>;
  return (
    <>
      <div className="row pad line">
        <h2>What was refused</h2>
      </div>
      <JsonView value={readable(payload)} label="The message" />
    </>
  );
}

/** Its value as JSON where it is JSON. */
function readable(payload: NonNullable<WholeDeadLetter['payload']>): unknown {
  const { value } = payload;
  if (value?.encoding !== 'utf-8') return payload;
  try {
    return { ...payload, value: JSON.parse(value.text) as unknown };
  } catch {
    return payload;
  }
}
