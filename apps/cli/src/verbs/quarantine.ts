import { type Command, Option } from 'commander';

import { type Got, type Item } from '../rest/schema.js';
import { contextOf } from '../context.js';
import { accountIdOf, OF_ACCOUNT } from '../find-account.js';
import { answerOf } from '../rest/service.js';
import { confirm } from '../terminal/confirm.js';
import { type Screen } from '../terminal/screen.js';
import { type Column, facts } from '../terminal/table.js';
import { when } from '../terminal/words.js';
import { stateCell } from '../words.js';
import { examples } from './examples.js';
import { type ListOptions, showList, withListOptions } from './lists.js';
import { showAnswer } from './one-answer.js';

type Entry = Item<'/api/quarantine'>;
type WholeEntry = Got<'/api/quarantine/{id}'>;

const STATES = ['open', 'replayed', 'superseded', 'discarded'] as const;

interface QuarantineOptions extends ListOptions {
  readonly account?: string;
  readonly state?: (typeof STATES)[number];
}

export function addQuarantine(program: Command): void {
  const quarantine = program
    .command('quarantine')
    .summary('persons that could not be understood')
    .description('Persons of Google that could not be understood. They stop nothing else.');
  withListOptions(quarantine.command('list'))
    .summary('the entries')
    .description('The entries of the quarantine, newest first.')
    .option(...OF_ACCOUNT)
    .addOption(new Option('--state <state>', 'only those in this state').choices(STATES))
    .addHelpText('after', examples('contactstream quarantine list --state open'))
    .action(async ({ account, state, ...list }: QuarantineOptions, command: Command) => {
      const context = contextOf(command);
      const accountId = await accountIdOf(context, account);
      await showList(
        context,
        list,
        (page) =>
          answerOf(
            context.api.GET('/api/quarantine', {
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
        'Nothing is in quarantine.',
      );
    });
  quarantine
    .command('show')
    .summary('one entry, with what Google sent')
    .description('One entry, with the person as Google sent it, and what a replay would do.')
    .argument('<id>', 'the entry')
    .addHelpText(
      'after',
      examples(
        'contactstream quarantine show 5f0c9b1e-…',
        'contactstream quarantine show 5f0c9b1e-… --json | jq .payload',
      ),
    )
    .action(async (id: string, _: unknown, command: Command) => {
      const context = contextOf(command);
      const answer = await answerOf(context.api.GET('/api/quarantine/{id}', { params: { path: { id } } }));
      await showAnswer(context, answer, (entry) => entryWords(entry, context.screen));
    });
  quarantine
    .command('replay')
    .summary("read the person by today's rules")
    .description("Reads the stored person by today's rules, as a sync would.")
    .argument('<id>', 'the entry')
    .addHelpText('after', examples('contactstream quarantine replay 5f0c9b1e-…'))
    .action(async (id: string, _: unknown, command: Command) => {
      const context = contextOf(command);
      const answer = await answerOf(
        context.api.POST('/api/quarantine/{id}/replay', { params: { path: { id } } }),
      );
      await showAnswer(context, answer, ({ state }) => `The entry is ${state}.\n`);
    });
  quarantine
    .command('discard')
    .summary('close an entry')
    .description('Closes an entry: nobody will replay it.')
    .argument('<id>', 'the entry')
    .option('--yes', 'do not ask')
    .addHelpText('after', examples('contactstream quarantine discard 5f0c9b1e-… --yes'))
    .action(async (id: string, { yes = false }: { yes?: boolean }, command: Command) => {
      const context = contextOf(command);
      await confirm(`This closes the entry ${id}: nobody can replay it then.`, 'discard', yes);
      const answer = await answerOf(
        context.api.POST('/api/quarantine/{id}/discard', { params: { path: { id } } }),
      );
      await showAnswer(context, answer, ({ state }) => `The entry is ${state}.\n`);
    });
}

const columns = (screen: Screen): readonly Column<Entry>[] => [
  { title: 'ENTRY', of: ({ id }) => id, isWhole: true },
  { title: 'STATE', of: ({ state }) => stateCell(state) },
  { title: 'ACCOUNT', of: ({ accountName }) => accountName },
  { title: 'RESOURCE', of: ({ resourceName }) => resourceName },
  { title: 'SINCE', of: ({ occurredAt }) => when(occurredAt, screen) },
  { title: 'ERROR', of: ({ error }) => error },
];

function entryWords(entry: WholeEntry, screen: Screen): string {
  const text = facts(
    [
      ['Entry', entry.id],
      ['State', stateCell(entry.state)],
      ['Account', entry.accountName],
      ['Resource', entry.resourceName],
      ['Run', entry.runId],
      ['Since', when(entry.occurredAt, screen)],
      ['Error', entry.error],
    ],
    screen,
  );
  // JSON.stringify escapes what a terminal would take as a command, but for the C1 controls.
  const payload = JSON.stringify(entry.payload ?? null, null, 2).replaceAll(/[\u007f-\u009f]/g, ' ');
  return `${text}\nAs Google sent it:\n${payload}\n`;
}
