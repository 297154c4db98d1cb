import { useEffect, useState } from 'react';

import { BASE } from '../base.js';
import { follow } from '../live/follow.js';
import { isOver } from '../words/outcomes.js';
import { type Progress, type RunDetail } from './answers.js';
import { queries } from './query-client.js';

/** Where the service tells no progress, the run is looked at so often. */
const LOOK_EVERY_MS = 1_000;
/** What the eye can follow. */
const SHOW_EVERY_MS = 250;

/** How far a run is, while it goes on; null: it is over, or the service did not say yet. */
export function useRunProgress(run: RunDetail | undefined): Progress | null {
  const [progress, setProgress] = useState<Progress | null>(null);
  const id = run?.id;
  const goesOn = run !== undefined && !isOver(run);
  useEffect(() => {
    if (id === undefined || !goesOn) return;
    const again = () => void queries.invalidateQueries({ queryKey: ['run', id] });
    let looking: ReturnType<typeof setInterval> | undefined;
    let waiting: ReturnType<typeof setTimeout> | undefined;
    let newest: Progress | null = null;
    const look = () => {
      looking ??= setInterval(again, LOOK_EVERY_MS);
    };
    const stop = follow({
      url: () => `${BASE}/api/sync/runs/${id}/progress`,
      onEvent: ({ type, data }) => {
        if (type === 'finished') {
          stop();
          again();
          void queries.invalidateQueries({ queryKey: ['overview'] });
          void queries.invalidateQueries({ queryKey: ['account'] });
          return;
        }
        if (type !== 'progress') return;
        newest = JSON.parse(data) as Progress;
        waiting ??= setTimeout(() => {
          waiting = undefined;
          setProgress(newest);
          void queries.invalidateQueries({ queryKey: ['run', id, 'timings'] });
        }, SHOW_EVERY_MS);
      },
      onOpen: () => {
        clearInterval(looking);
        looking = undefined;
      },
      onFull: look,
      onRefused: look,
    });
    return () => {
      stop();
      clearInterval(looking);
      clearTimeout(waiting);
      setProgress(null);
    };
  }, [id, goesOn]);
  return progress;
}
