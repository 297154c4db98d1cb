import { type Command, Option } from 'commander';

import { type Context, contextOf } from '../context.js';
import { accountIdOf, OF_ACCOUNT } from '../find-account.js';
import { followRun } from '../follow-run.js';
import { answerOf } from '../rest/service.js';
import { type Screen } from '../terminal/screen.js';
import { type Column, facts } from '../terminal/table.js';
import { count, counted, lasting, when } from '../terminal/words.js';
import { holdWords, outcome, type Run, runWords, stateCell } from '../words.js';
import { examples } from './examples.js';
import { type ListOptions, showList, withListOptions } from './lists.js';
import { showAnswer } from './one-answer.js';

const STATES = ['queued', 'running', 'held', 'succeeded', 'failed', 'cancelled'] as const;

interface RunsOptions extends ListOptions {
  readonly account?: string;
  readonly state?: (typeof STATES)[number];
  readonly follow?: boolean;
}

export function addRuns(program: Command): void {
  const runs = withListOptions(program.command('runs'))
    .summary('the runs of accounts')
    .description(
      'The newest runs, or one of them. With --follow it shows how the run goes on, and ends as a sync does: ' +
        'with 0, 1 (failed, cancelled), 3 (a person has to sign in) or 5 (deletions are held).',
    )
    .argument('[id]', 'the run')
    .option(...OF_ACCOUNT)
    .addOption(new Option('--state <state>', 'only those in this state').choices(STATES))
    .option('--follow', 'show how the run goes on')
    .addHelpText(
      'after',
      examples(
        'contactstream runs --state failed',
        'contactstream runs 9a065aa2-… --follow',
        'contactstream runs cancel 9a065aa2-…',
      ),
    )
    .action(async (id: string | undefined, options: RunsOptions, command: Command) => {
      const context = contextOf(command);
      if (id === undefined) {
        if (options.follow === true) command.error("error: --follow needs the run's id", { exitCode: 2 });
        await list(context, options);
      } else if (options.follow === true) process.exitCode = await followRun(context, id);
      else await show(context, id);
    });
  runs
    .command('cancel')
    .summary('cancel a run')
    .description('Cancels a run that is queued or goes on. What its pages stored stays.')
    .argument('<id>', 'the run')
    .addHelpText('after', examples('contactstream runs cancel 9a065aa2-…'))
    .action(async (id: string, _: unknown, command: Command) => {
      const context = contextOf(command);
      const answer = await answerOf(
        context.api.POST('/api/sync/runs/{id}/cancel', { params: { path: { id } } }),
      );
      await showAnswer(context, answer, ({ state }) => `The run is ${state}.\n`);
    });
}

const columns = (screen: Screen): readonly Column<Run>[] => [
  { title: 'RUN', of: ({ id }) => id, isWhole: true },
  { title: 'MODE', of: modeOf },
  { title: 'BY', of: ({ trigger }) => trigger },
  { title: 'STATE', of: ({ state }) => stateCell(state) },
  { title: 'OUTCOME', of: runWords },
  { title: 'BEGAN', of: ({ startedAt }) => when(startedAt, screen) },
  { title: 'TOOK', of: ({ startedAt, finishedAt }) => lasting(startedAt, finishedAt), align: 'right' },
  { title: 'ACCOUNT', of: ({ accountId }) => accountId, isWhole: true },
];

/** With why it is not the one that was asked for. */
function modeOf({ mode, fallbackReason }: Run): string {
  return fallbackReason === null ? mode : `${mode} (${fallbackReason})`;
}

async function list(context: Context, { account, state, ...options }: RunsOptions): Promise<void> {
  const accountId = await accountIdOf(context, account);
  await showList(
    context,
    options,
    (page) =>
      answerOf(
        context.api.GET('/api/sync/runs', {
          params: {
            query: {
              ...page,
              ...(accountId !== undefined && { accountId }),
              ...(state !== undefined && { state }),
            },
          },
        }),
      ),
    columns(context.screen),
    'There are no such runs.',
  );
}

async function show(context: Context, id: string): Promise<void> {
  const answer = await answerOf(context.api.GET('/api/sync/runs/{id}', { params: { path: { id } } }));
  await showAnswer(context, answer, (run) => inWords(run, context.screen));
}

function inWords(run: Run, screen: Screen): string {
  const { statistics, absences, error } = run;
  const asked =
    absences.asked === 0
      ? ''
      : `${count(absences.asked)} asked about: ${count(absences.gone)} gone, ${count(absences.alive)} alive, ${count(absences.unanswered)} unanswered`;
  const text = facts(
    [
      ['Run', run.id],
      ['Account', run.accountId],
      ['State', stateCell(run.state)],
      ['Mode', modeOf(run)],
      ['Asked for', run.trigger],
      ['Began', when(run.startedAt, screen)],
      ['Took', lasting(run.startedAt, run.finishedAt)],
      ['Outcome', outcome(statistics)],
      [
        'Read',
        `${counted(statistics.total_fetched, 'person')} on ${counted(statistics.pages, 'page')}, ${count(statistics.unchanged)} unchanged`,
      ],
      ['Absent', asked],
      ['Last position', run.lastPosition],
      ['Error', error === null ? '' : `${error.code}: ${error.detail}`],
    ],
    screen,
  );
  return run.state === 'held' ? `${text}\n${holdWords(run)}` : text;
}
