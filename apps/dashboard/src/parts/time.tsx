import { useAtNow } from '../live/clock.js';
import { useStore } from '../live/store.js';
import { times } from '../shell/preferences.js';
import { absolute, clockTime, relative, timeOfDay } from '../words/times.js';

interface TimeProps {
  readonly at: string;
  /** `in 4 min 12 s` in place of `in 4 min`. */
  readonly exact?: boolean;
  /** Always as a clock time, whatever is chosen; `ofDay`: without the day, which stands above. */
  readonly clock?: boolean | 'ofDay';
}

/** A time as people say it; the absolute one on hover and focus, and in its place after T. */
export function Time({ at, exact = false, clock = false }: TimeProps) {
  const moment = new Date(at);
  const isClock = useStore(times) === 'clock' || clock === true;
  const text = useAtNow((now) => {
    if (clock === 'ofDay') return timeOfDay(moment);
    return isClock ? clockTime(moment, now) : relative(moment, now, exact);
  });
  return (
    <time dateTime={at} title={absolute(moment)}>
      {text}
    </time>
  );
}
