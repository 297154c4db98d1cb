import { useSyncExternalStore } from 'react';

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let ahead = 0;

/** A browser whose clock is wrong would call everything late: then the service's own time counts. */
const TOLERATED_MS = 5_000;

/** @param dateHeader of an answer, to the second */
export function heardServerTime(dateHeader: string | null): void {
  const difference = Date.parse(dateHeader ?? '') - Date.now();
  if (Number.isNaN(difference)) return;
  ahead = Math.abs(difference) > TOLERATED_MS ? difference : 0;
}

export function now(): number {
  return Date.now() + ahead;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    for (const each of listeners) each();
  }, 1_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** What depends on the time, made anew each second; a component is drawn anew only where the text changes. */
export function useAtNow<Value extends string | number | boolean>(make: (now: number) => Value): Value {
  return useSyncExternalStore(subscribe, () => make(now()));
}
