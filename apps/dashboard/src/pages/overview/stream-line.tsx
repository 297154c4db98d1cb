import { type About, type Lag, type Overview } from '../../api/answers.js';
import { Time } from '../../parts/time.js';
import { counted, decimal } from '../../words/numbers.js';
import { span } from '../../words/times.js';

/** A reader that is so far behind is worth a colour. */
const FAR_BEHIND_S = 30;

interface StreamLineProps {
  readonly stream: NonNullable<Overview['stream']>;
  readonly about: About | null | undefined;
}

/** The way of a change, and where it is: a dot is a place, a line a way. */
export function StreamLine({ stream: { google, log, kafka, readModel }, about }: StreamLineProps) {
  const isWaiting = isFar(kafka?.lag ?? readModel.lag);
  return (
    <ol className="stream" aria-label="The way of a change">
      <li>
        <b>{about?.google === 'simulated' ? 'Google, simulated' : 'Google'}</b>
        <span>{counted(google.accounts, 'account')}</span>
        <span>
          {google.lastAnswerAt === null ? (
            'no answer yet'
          ) : (
            <>
              last answer <Time at={google.lastAnswerAt} />
            </>
          )}
        </span>
      </li>
      <li className={isWaiting ? 'wait' : undefined}>
        <b>Event log</b>
        <span>{counted(log.position, 'event')}</span>
        <span>{decimal(log.perMinute)} a minute</span>
      </li>
      {kafka === undefined ? (
        <li className="empty">
          <b>Kafka</b>
          <span>not configured</span>
          <span>passed by</span>
        </li>
      ) : (
        <Reach name="Kafka" lag={kafka.lag} />
      )}
      <Reach name="Read model" lag={readModel.lag} />
    </ol>
  );
}

function Reach({ name, lag }: { readonly name: string; readonly lag: Lag }) {
  if (lag === null) {
    return (
      <li className="gone">
        <b>{name}</b>
        <span className="q">unknown</span>
      </li>
    );
  }
  const tone = isFar(lag) ? 'warn' : undefined;
  return (
    <li>
      <b>{name}</b>
      <span className={tone}>{counted(lag.events, 'event')} behind</span>
      <span className={tone}>
        {lag.seconds < 60 ? `${decimal(lag.seconds)} s` : span(lag.seconds * 1_000)}
      </span>
    </li>
  );
}

function isFar(lag: Lag): boolean {
  return lag !== null && lag.seconds > FAR_BEHIND_S;
}
