import { type Progress, type RunDetail } from '../../api/answers.js';
import { useAtNow } from '../../live/clock.js';
import { Time } from '../../parts/time.js';
import { count } from '../../words/numbers.js';
import { progressWords } from '../../words/outcomes.js';
import { rateOf, timeLeft } from './time-left.js';

interface ProgressBarProps {
  readonly run: RunDetail;
  readonly progress: Progress | null;
}

const PHASES: Readonly<Record<Progress['phase'], string>> = {
  queued: 'waits for its turn',
  token: 'gets an access token',
  fetching: 'asks Google',
  waiting: 'waits',
  comparing: 'looks who is missing',
  deleting: 'stores who is gone',
  finishing: 'finishes',
};

/** How far a run is, and how long it may take. */
export function ProgressBar({ run, progress }: ProgressBarProps) {
  const { statistics, totalItems } = run;
  const pace = useAtNow((now) => {
    const rate = rateOf(run, now);
    const left = timeLeft(run, now);
    return [rate === null ? '' : `${count(Math.round(rate))} a second`, left ?? '']
      .filter((part) => part !== '')
      .join(', ');
  });
  const page = progress?.page ?? statistics.pages;
  const wait = progress?.wait ?? null;
  return (
    <div className="pad stack">
      <div className="row">
        <b>{progressWords(run)}</b>
        {run.state === 'running' && (
          <span className="muted">
            {page > 0 && `page ${count(page)}, `}
            {progress === null ? 'asks Google' : PHASES[progress.phase]}
          </span>
        )}
        <span className="grow" />
        {wait === null ? (
          <span className="muted">{pace}</span>
        ) : (
          <span className="warn">
            {wait.reason}; try {wait.tryNumber} of {wait.of} <Time at={wait.until} />
          </span>
        )}
      </div>
      {totalItems === null ? (
        <progress aria-label={`${progressWords(run)} persons`} />
      ) : (
        <progress
          value={statistics.total_fetched}
          max={Math.max(totalItems, statistics.total_fetched, 1)}
          aria-label={`${progressWords(run)} persons`}
        />
      )}
    </div>
  );
}
