import { type Got, type Item } from './rest/schema.js';
import { counted } from './terminal/words.js';
import { type Cell } from './terminal/table.js';
import { type Colour } from './terminal/screen.js';

export type Run = Got<'/api/sync/runs/{id}'>;
export type Account = Item<'/api/accounts'>;

const COLOURS: Readonly<Record<string, Colour>> = {
  fresh: 'green',
  idle: 'green',
  succeeded: 'green',
  live: 'green',
  done: 'green',
  late: 'yellow',
  held: 'yellow',
  'needs-reauth': 'yellow',
  open: 'yellow',
  rebuilding: 'cyan',
  syncing: 'cyan',
  running: 'cyan',
  queued: 'cyan',
  failing: 'red',
  failed: 'red',
  error: 'red',
  refused: 'red',
  stopped: 'red',
  paused: 'dim',
  disconnected: 'dim',
  cancelled: 'dim',
};

/** A state, in its colour. */
export function stateCell(state: string): Cell {
  return { text: state, colour: COLOURS[state] };
}

type Statistics = Run['statistics'];

/** What came of a run: `2 created, 1 deleted`. */
export function outcome({ created, updated, deleted, errors }: Statistics): string {
  const parts = [
    ...(created > 0 ? [`${counted(created, 'contact')} created`] : []),
    ...(updated > 0 ? [`${counted(updated, 'contact')} updated`] : []),
    ...(deleted > 0 ? [`${counted(deleted, 'contact')} deleted`] : []),
    ...(errors > 0 ? [`${counted(errors, 'person')} in quarantine`] : []),
  ];
  return parts.length === 0 ? 'nothing changed' : parts.join(', ');
}

const HOLDS = {
  'deletion-guard': 'more contacts are missing than DELETION_GUARD lets pass',
  'empty-list': "Google's list came back empty",
  'unknown-person': 'a person on the list could not be told from any other',
} as const;

/** What a person has to decide. */
export function holdWords(run: Pick<Run, 'id' | 'heldDeletions' | 'holdReason'>): string {
  const why = run.holdReason === undefined ? '' : ` (${HOLDS[run.holdReason]})`;
  return (
    `${counted(run.heldDeletions ?? 0, 'deletion')} wait for a decision${why}\n` +
    `  see them:  contactstream held list ${run.id}\n` +
    `  decide:    contactstream held approve ${run.id}, or reject\n`
  );
}

/** What came of a run, short. */
export function runWords({ state, statistics, error, heldDeletions }: Run): string {
  if (state === 'failed') return error?.code ?? 'failed';
  if (state === 'held') return `${outcome(statistics)}, ${counted(heldDeletions ?? 0, 'deletion')} held`;
  if (state === 'queued') return '';
  return outcome(statistics);
}
