import { useId } from 'react';

import { type Change } from '../../api/contacts.js';
import { useAtNow } from '../../live/clock.js';
import { date } from '../../words/times.js';

interface AsOfProps {
  /** Oldest first. */
  readonly changes: readonly Change[];
  readonly chosen: Change | undefined;
  readonly onChoose: (version: number) => void;
}

const HOUR = 3_600_000;

/** The life of a contact as a line, and a handle that goes to any time of it. */
export function AsOf({ changes, chosen, onChoose }: AsOfProps) {
  const id = useId();
  const [first] = changes;
  const last = changes.at(-1);
  // To the minute: the dots need not move each second.
  const now = useAtNow((at) => Math.floor(at / 60_000) * 60_000);
  if (first === undefined || last === undefined) return null;
  const from = Date.parse(first.recordedAt);
  const until = Math.max(now, Date.parse(last.recordedAt), from + 1);
  const place = (time: number) => Math.round(((time - from) / (until - from)) * 1_000) / 10;
  const at = chosen === undefined || chosen === last ? until : Date.parse(chosen.recordedAt);
  const choose = (time: number) => {
    const then = changes.findLast(({ recordedAt }) => Date.parse(recordedAt) <= time) ?? first;
    onChoose(then.version);
  };
  return (
    <div className="asof">
      <b>
        <label htmlFor={id}>As of</label>
      </b>
      <div className="rail">
        <svg aria-hidden="true">
          {changes.map(({ version, type, recordedAt }, index) => (
            <line
              key={version}
              className={type === 'ContactDeleted' ? 'gone-span' : undefined}
              x1={`${place(Date.parse(recordedAt))}%`}
              x2={`${place(Date.parse(changes[index + 1]?.recordedAt ?? new Date(until).toISOString()))}%`}
              y1="10"
              y2="10"
            />
          ))}
          {changes.map(({ version, recordedAt }) => (
            <circle key={version} className="past" cx={`${place(Date.parse(recordedAt))}%`} cy="10" r="4" />
          ))}
          {ticks(from, until).map(({ time, text }, index) => (
            <text key={time} className={index === 0 ? 'a0' : undefined} x={`${place(time)}%`} y="33">
              {text}
            </text>
          ))}
        </svg>
        <input
          id={id}
          type="range"
          min={from}
          max={until}
          step="any"
          value={at}
          aria-valuetext={chosen === undefined ? undefined : `version ${chosen.version} of ${last.version}`}
          onChange={(event) => {
            choose(Number(event.target.value));
          }}
          onKeyDown={(event) => {
            const by = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
            if (by === undefined) return;
            // From version to version: a step of the line itself could take thousands of them.
            event.preventDefault();
            const next = changes[(chosen === undefined ? changes.length : changes.indexOf(chosen)) + by];
            if (next !== undefined) onChoose(next.version);
          }}
        />
      </div>
      <label className="field">
        <span className="vh">Date and time</span>
        <input
          type="datetime-local"
          step="60"
          value={local(at)}
          min={local(from)}
          max={local(until)}
          onChange={(event) => {
            // To the end of that minute.
            const time = new Date(event.target.value).getTime() + 59_999;
            if (!Number.isNaN(time)) choose(time);
          }}
        />
      </label>
    </div>
  );
}

/** As the field wants it: local time to the minute. */
function local(time: number): string {
  const at = new Date(time);
  return new Date(time - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

const MOST_TICKS = 3;

/** The begin, and a few places behind it, each with what tells them apart. */
function ticks(from: number, until: number): { time: number; text: string }[] {
  const isShort = until - from < 36 * HOUR;
  const isLong = until - from > 700 * 24 * HOUR;
  const format = new Intl.DateTimeFormat(
    'en-GB',
    isShort
      ? { hour: '2-digit', minute: '2-digit', ...(until - from < HOUR / 4 && { second: '2-digit' }) }
      : isLong
        ? { month: 'short', year: 'numeric' }
        : { day: 'numeric', month: 'short' },
  );
  const begin = {
    time: from,
    text: isShort ? format.format(from) : isLong ? date(new Date(from)) : format.format(from),
  };
  const steps = Array.from(
    { length: MOST_TICKS - 1 },
    (_, at) => from + ((until - from) * (at + 1)) / MOST_TICKS,
  );
  return [begin, ...steps.map((time) => ({ time, text: format.format(time) }))];
}
