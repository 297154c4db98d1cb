import { describe, expect, it } from '@jest/globals';

import { WakeUp } from './wake-up.js';

const NEVER = 60_000;

function bell() {
  const hearers = new Set<(payload: string) => void>();
  return {
    ring: (payload = '') => {
      for (const hear of hearers) hear(payload);
    },
    hearers,
    notifications: {
      subscribe: (_: string, hear: (payload: string) => void) => {
        hearers.add(hear);
        return () => {
          hearers.delete(hear);
        };
      },
    },
  };
}

describe('A wake-up', () => {
  it('is not lost when it comes while nobody waits', async () => {
    const { notifications, ring } = bell();
    const wakeUp = new WakeUp(notifications, 'contactstream_events');
    ring();
    await wakeUp.wait(NEVER, new AbortController().signal);
    wakeUp.close();
  });

  it('wakes who waits, once for any number of hints', async () => {
    const { notifications, ring } = bell();
    const wakeUp = new WakeUp(notifications, 'contactstream_events');
    const { signal } = new AbortController();
    const waiting = wakeUp.wait(NEVER, signal);
    ring();
    ring();
    await waiting;
    const again = await Promise.race([
      wakeUp.wait(NEVER, signal).then(() => 'woken'),
      Promise.resolve('waits'),
    ]);
    expect(again).toBe('waits');
    ring();
    wakeUp.close();
  });

  it('comes by itself after a time, and at the end', async () => {
    const { notifications, hearers } = bell();
    const wakeUp = new WakeUp(notifications, 'contactstream_events');
    const stop = new AbortController();
    await wakeUp.wait(1, stop.signal);
    const waiting = wakeUp.wait(NEVER, stop.signal);
    stop.abort();
    await waiting;
    await wakeUp.wait(NEVER, stop.signal);
    wakeUp.close();
    expect(hearers.size).toBe(0);
  });

  it('is for whom its payload is meant, and without one for everybody', async () => {
    const { notifications, ring } = bell();
    const wakeUp = new WakeUp(notifications, 'contactstream_runs', (payload) => payload === 'mine');
    const { signal } = new AbortController();
    ring('of others');
    expect(await wakeUp.wait(1, signal)).toBe(false);
    ring('mine');
    expect(await wakeUp.wait(NEVER, signal)).toBe(true);
    ring();
    expect(await wakeUp.wait(NEVER, signal)).toBe(true);
    wakeUp.close();
  });

  it('comes from within the process, too', async () => {
    const wakeUp = new WakeUp(bell().notifications, 'contactstream_work');
    const waiting = wakeUp.wait(NEVER);
    wakeUp.ring();
    expect(await waiting).toBe(true);
    wakeUp.close();
  });
});
