import { type Streamed } from './rest/schema.js';
import { type Context } from './context.js';
import { EXIT } from './exit-codes.js';
import { Failure } from './failures.js';
import { exitCodeOf, nextAfter } from './rest/problem.js';
import { streamed } from './rest/stream.js';
import { onInterrupt } from './terminal/interrupt.js';
import { ProgressLine } from './terminal/progress-line.js';
import { count, lasting } from './terminal/words.js';
import { holdWords, outcome, type Run } from './words.js';

type Progress = Extract<Streamed<'/api/sync/runs/{id}/progress'>, { event: 'progress' }>['data'];

/**
 * Follows a run to its end, and tells how it goes on: with --json the service's messages, a line each.
 *
 * @returns how the program is to end
 * @throws Failure where the run failed or was cancelled
 */
export async function followRun(context: Context, id: string): Promise<number> {
  const { connection, json, print, tell, screen } = context;
  const line = new ProgressLine(screen, print);
  const interrupted = onInterrupt(() => {
    line.end();
    tell(
      `The run goes on. Follow it: contactstream runs ${id} --follow. Cancel it: contactstream runs cancel ${id}`,
    );
  });
  try {
    const messages = streamed(connection, `/api/sync/runs/${encodeURIComponent(id)}/progress`, {
      onAway: (why) => {
        line.end();
        tell(`The stream broke off (${why}); trying again. The run itself does not depend on it.`);
      },
    });
    for await (const { event, data } of messages) {
      if (event !== 'progress' && event !== 'finished') continue;
      if (json) await print(`${data}\n`);
      if (event === 'finished') {
        line.end();
        const { run } = JSON.parse(data) as { run: Run };
        return await ended(context, run);
      }
      if (!json) await line.show(stepOf(JSON.parse(data) as Progress));
    }
    throw new Error('The stream ended without an end of the run.');
  } finally {
    line.end();
    interrupted.forget();
  }
}

function stepOf({ run, phase, page, totalItems, wait }: Progress) {
  const { total_fetched: fetched } = run.statistics;
  const goal = totalItems === null ? null : Math.max(totalItems, fetched);
  const of = goal === null ? '' : ` of ${count(goal)}`;
  const waiting =
    wait === null
      ? ''
      : `; waits until ${wait.until} after ${wait.tryNumber} of ${wait.of} tries: ${wait.reason}`;
  return {
    phase,
    share: goal === null || goal === 0 ? null : fetched / goal,
    text: `${phase}: ${count(fetched)}${of} ${fetched === 1 && of === '' ? 'person' : 'persons'}, page ${count(page)}${waiting}`,
  };
}

/** Tells how a run ended. @returns how the program is to end */
async function ended({ json, print, connection }: Context, run: Run): Promise<number> {
  const { state, error, mode, statistics, startedAt, finishedAt } = run;
  if (state === 'failed') {
    throw new Failure(error?.detail ?? 'The run failed.', {
      code: error?.code ?? null,
      exitCode: exitCodeOf(error?.code),
      next: error === null ? `See the run: contactstream runs ${run.id}` : nextAfter(error, connection.url),
    });
  }
  if (state === 'cancelled') throw new Failure('The run was cancelled. What its pages stored stays.');
  if (!json) {
    const title = mode === 'full' ? 'Full sync' : 'Incremental sync';
    const took = lasting(startedAt, finishedAt);
    await print(`${title}: ${outcome(statistics)} (${count(statistics.total_fetched)} read, ${took})\n`);
    if (state === 'held') await print(holdWords(run));
  }
  return state === 'held' ? EXIT.held : EXIT.done;
}
