import { type Command, Option } from 'commander';

import { type Posted } from '../rest/schema.js';
import { type Context, contextOf } from '../context.js';
import { EXIT } from '../exit-codes.js';
import { Failure } from '../failures.js';
import { ACCOUNT, accountIdOf } from '../find-account.js';
import { followRun } from '../follow-run.js';
import { answerOf } from '../rest/service.js';
import { onInterrupt } from '../terminal/interrupt.js';
import { table } from '../terminal/table.js';
import { count, counted, lasting } from '../terminal/words.js';
import { holdWords, outcome, type Run } from '../words.js';
import { examples } from './examples.js';
import { showAnswer } from './one-answer.js';

interface SyncOptions {
  readonly full?: boolean;
  readonly incremental?: boolean;
  readonly dryRun?: boolean;
  readonly follow?: boolean;
  readonly account?: string;
}

type SyncAnswer = Posted<'/api/sync'>;
type DryRun = Extract<SyncAnswer, { status: 'dry-run' }>;
type Done = Exclude<SyncAnswer, DryRun>;

export function addSync(program: Command): void {
  program
    .command('sync')
    .summary('sync an account')
    .description(
      'Syncs an account, and ends when the run is over: with 5 where deletions are held, with 3 where a person has to sign in. ' +
        'Without --full and --incremental: an incremental sync if that is possible, else a full one.',
    )
    .addOption(
      new Option('--full', 'read the whole list; what Google no longer has is deleted').conflicts(
        'incremental',
      ),
    )
    .option('--incremental', 'read what changed since the last sync')
    .addOption(new Option('--dry-run', 'store nothing; show what would be done').conflicts('follow'))
    .option('--account <account>', `which one: ${ACCOUNT}; needed with several`)
    .option('--follow', 'show how it goes on')
    .addHelpText(
      'after',
      examples(
        'contactstream sync --follow',
        'contactstream sync --full --dry-run --account ada@example.org',
        'contactstream sync --json | jq .statistics',
      ),
    )
    .action(async ({ full, incremental, dryRun, follow, account }: SyncOptions, command: Command) => {
      const context = contextOf(command);
      const accountId = await accountIdOf(context, account);
      const path =
        full === true ? '/api/sync/full' : incremental === true ? '/api/sync/incremental' : '/api/sync';
      const request = { body: accountId === undefined ? {} : { accountId } };
      if (follow === true) {
        const { body } = await answerOf(
          context.api.POST(path, { ...request, headers: { Prefer: 'respond-async' } }),
        );
        if (!('id' in body)) throw new Failure('The service does not answer before the run is over.');
        process.exitCode = await followRun(context, body.id);
        return;
      }
      const interrupted = onInterrupt(() => {
        if (dryRun !== true) context.tell('The run goes on. See it: contactstream runs');
      });
      const answer = await answerOf(
        context.api.POST(path, {
          ...request,
          params: { query: dryRun === true ? { dryRun: 'true' } : {} },
        }),
      );
      interrupted.forget();
      const { body } = answer;
      await showAnswer(context, answer, () => inWords(body, context));
      process.exitCode = 'status' in body && body.status === 'held' ? EXIT.held : EXIT.done;
    });
}

function inWords(body: SyncAnswer | Run, context: Context): string {
  if (!('status' in body)) return `The run ${body.id} is ${body.state}.\n`;
  return body.status === 'dry-run' ? dryRunWords(body, context) : doneWords(body);
}

function doneWords({ message, statistics, run }: Done): string {
  const took = lasting(run.startedAt, run.finishedAt);
  const read = `${count(statistics.total_fetched)} read, ${took}`;
  const late = run.readModelCaughtUp ? '' : 'The read model does not hold all of it yet.\n';
  const held = run.state === 'held' ? holdWords(run) : '';
  return `${message}: ${outcome(statistics)} (${read})\n${late}${held}`;
}

function dryRunWords(dryRun: DryRun, { screen }: Context): string {
  const { message, statistics, events } = dryRun;
  const head = `${message}: ${outcome(statistics)} (${counted(statistics.total_fetched, 'person')} read)\n`;
  if (events.length === 0) return head;
  return `${head}\n${table(
    events,
    [
      { title: 'EVENT', of: (event) => ('change' in event ? event.change : event.reason) },
      { title: 'CONTACT', of: ({ contactId }) => contactId, isWhole: true },
      { title: 'RESOURCE', of: ({ resourceName }) => resourceName },
      {
        title: 'CHANGED',
        of: (event) => ('changedFields' in event ? event.changedFields.join(', ') : ''),
      },
    ],
    screen,
  )}`;
}
