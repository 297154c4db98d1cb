import { Link } from 'wouter';

import { type RunDetail, type TimelineItem } from '../../api/answers.js';
import { To } from '../../parts/diff.js';
import { Icon, type IconName } from '../../parts/icon.js';
import { Time } from '../../parts/time.js';
import { actorWords } from '../../words/actors.js';
import { count, counted, sentence } from '../../words/numbers.js';
import {
  failureWords,
  fallbackWords,
  holdWords,
  isOver,
  progressWords,
  runOutcome,
  runTitle,
} from '../../words/outcomes.js';
import { exactSpan, hourAndMinute, parseInterval, took } from '../../words/times.js';
import { RunCards } from './run-cards.js';

interface TimelineEntryProps {
  readonly item: TimelineItem;
  readonly isFirst: boolean;
  readonly isLast: boolean;
  /** Whether a run shows what it changed. */
  readonly isDetailed: boolean;
}

export function TimelineEntry({ item, isFirst, isLast, isDetailed }: TimelineEntryProps) {
  const ends = `${isFirst ? ' first' : ''}${isLast ? ' last' : ''}`;
  if (item.kind === 'runs') {
    return (
      <li className={`quiet${ends}`}>
        <span />
        <span className="dot hollow" />
        <div>
          <p className="by">
            {hourAndMinute(new Date(item.from))} to {hourAndMinute(new Date(item.at))} ·{' '}
            {counted(item.count, 'sync', 'syncs')}, nothing changed
          </p>
        </div>
      </li>
    );
  }
  const { tone, icon } = markOf(item);
  return (
    <li className={ends.trim()}>
      <Time at={item.at} clock="ofDay" />
      <span className={`dot ${tone}`}>{icon !== null && <Icon name={icon} />}</span>
      <div>
        <What item={item} />
        {item.kind === 'run' && isDetailed && <RunCards run={item.run} />}
      </div>
    </li>
  );
}

function markOf(item: Exclude<TimelineItem, { kind: 'runs' }>): { tone: string; icon: IconName | null } {
  switch (item.kind) {
    case 'run':
      return { tone: toneOf(item.run), icon: null };
    case 'setting':
      return { tone: '', icon: 'gear' };
    case 'sign-in':
      return { tone: item.outcome === 'failed' ? 'bad' : '', icon: 'key' };
    case 'held':
      return { tone: '', icon: 'held' };
    case 'command':
      return { tone: '', icon: 'term' };
  }
}

function toneOf({ state }: RunDetail): string {
  switch (state) {
    case 'succeeded':
      return 'ok';
    case 'held':
      return 'warn';
    case 'failed':
      return 'bad';
    case 'cancelled':
      return 'hollow';
    default:
      return 'run';
  }
}

function What({ item }: { readonly item: Exclude<TimelineItem, { kind: 'runs' }> }) {
  switch (item.kind) {
    case 'run':
      return <RunLine run={item.run} item={item} />;
    case 'setting':
      return (
        <p>
          {Object.entries(item.changes).map(([name, change]) => (
            <span key={name}>
              {name === 'paused' ? (
                change.to === true ? (
                  'Paused'
                ) : (
                  'Resumed'
                )
              ) : (
                <>
                  {sentence(name)} <del className="was">{settingWord(change.from)}</del>
                  <To />
                  <ins className="now">{settingWord(change.to)}</ins>
                </>
              )}{' '}
            </span>
          ))}
          <By item={item} />
        </p>
      );
    case 'sign-in':
      return (
        <p>
          {item.outcome === 'failed' ? 'A sign-in at Google was refused' : 'Signed in at Google'}{' '}
          <By item={item} />
        </p>
      );
    case 'held':
      return (
        <p>
          <b>
            {item.heldDeletions === null ? 'Held' : count(item.heldDeletions)}{' '}
            {item.heldDeletions === 1
              ? 'held deletion'
              : item.heldDeletions === null
                ? 'deletions'
                : 'held deletions'}{' '}
            {item.decision === 'approve' ? 'approved' : 'kept'}
          </b>
          {item.outcome === 'failed' && ', which failed'}{' '}
          <span className="by">
            · of <Link href={`/runs/${item.runId}`}>this run</Link>
          </span>{' '}
          <By item={item} />
        </p>
      );
    case 'command':
      return (
        <p>
          {COMMANDS[item.action] ?? sentence(item.action.replaceAll(/[.-]/g, ' '))}
          {item.outcome === 'failed' && (
            <>
              , which failed <code>{item.code}</code>
            </>
          )}{' '}
          <By item={item} />
        </p>
      );
  }
}

const COMMANDS: Readonly<Record<string, string>> = {
  'account.disconnect': 'Disconnected',
  'account.erase': 'Erasing began',
  'account.connect': 'Connected',
  'sync.cancel': 'A run was cancelled',
  'quarantine.replay': 'A quarantined person was replayed',
  'quarantine.discard': 'A quarantined person was discarded',
};

function settingWord(value: string | boolean | null): string {
  if (value === null) return 'none';
  const interval = parseInterval(String(value));
  return interval === null ? String(value) : exactSpan(interval);
}

function RunLine({ run, item }: { readonly run: RunDetail; readonly item: TimelineItem }) {
  const { id, state, error, startedAt, finishedAt, heldDeletions, mode } = run;
  const fallback = mode === 'full' ? fallbackWords(run.fallbackReason) : null;
  const outcome = () => {
    if (!isOver(run)) return `: ${progressWords(run)}`;
    if (state === 'failed') return ` failed: ${failureWords(error?.code)}`;
    if (state === 'held') return ` held ${counted(heldDeletions ?? 0, 'deletion')}: ${holdWords(run)}`;
    return `: ${runOutcome(run).toLowerCase()}`;
  };
  return (
    <>
      <p>
        <Link href={`/runs/${id}`}>{runTitle(run)}</Link>
        {outcome()} <By item={item} />
        {startedAt !== null && finishedAt !== null && (
          <span className="by"> · {took(Date.parse(finishedAt) - Date.parse(startedAt))}</span>
        )}
        {error !== null && (
          <span className="by">
            {' '}
            · <code>{error.code}</code>
          </span>
        )}
      </p>
      {fallback !== null && <p className="by">It was a full sync because {fallback}.</p>}
    </>
  );
}

function By({ item: { actor, correlationId } }: { readonly item: TimelineItem }) {
  return (
    <>
      <span className="by">· {actorWords(actor)}</span>
      {correlationId !== null && actor !== null && (
        <>
          {' '}
          <code className="muted" title={`Correlation id: ${correlationId}`}>
            {correlationId.length > 12 ? correlationId.slice(0, 8) : correlationId}
          </code>
        </>
      )}
    </>
  );
}
