import { type Command, Option } from 'commander';

import { type Got, type Item } from '../rest/schema.js';
import { contextOf } from '../context.js';
import { type Answer, answerOf } from '../rest/service.js';
import { confirm } from '../terminal/confirm.js';
import { type Screen } from '../terminal/screen.js';
import { type Column, facts } from '../terminal/table.js';
import { when } from '../terminal/words.js';
import { stateCell } from '../words.js';
import { examples } from './examples.js';
import { type ListOptions, showList, withListOptions } from './lists.js';
import { showAnswer } from './one-answer.js';

type Letter = Item<'/api/dead-letters'>;
type WholeLetter = Got<'/api/dead-letters/{id}'>;

const STATES = ['open', 'replayed', 'discarded'] as const;

interface LettersOptions extends ListOptions {
  readonly state?: (typeof STATES)[number];
}

export function addDeadLetters(program: Command): void {
  const letters = program
    .command('dead-letters')
    .summary('records of Kafka that were put aside')
    .description('Records that Kafka refused, and records of Kafka that the read model could not take.');
  withListOptions(letters.command('list'))
    .summary('the dead letters')
    .description('The dead letters, newest first; none without Kafka.')
    .addOption(new Option('--state <state>', 'only those in this state').choices(STATES))
    .addHelpText('after', examples('contactstream dead-letters list --state open'))
    .action(async ({ state, ...list }: LettersOptions, command: Command) => {
      const context = contextOf(command);
      await showList(
        context,
        list,
        (page) =>
          answerOf(
            context.api.GET('/api/dead-letters', {
              params: { query: { ...page, ...(state !== undefined && { state }) } },
            }),
          ),
        columns(context.screen),
        'There are no dead letters.',
      );
    });
  letters
    .command('show')
    .summary('one dead letter, with its record')
    .description('One dead letter, with the record as it came, or as it is sent.')
    .argument('<id>', 'the dead letter')
    .addHelpText('after', examples('contactstream dead-letters show 5f0c9b1e-… --json | jq .payload'))
    .action(async (id: string, _: unknown, command: Command) => {
      const context = contextOf(command);
      const answer = await answerOf(context.api.GET('/api/dead-letters/{id}', { params: { path: { id } } }));
      await showAnswer(context, answer, (letter) => letterWords(letter, context.screen));
    });
  letters
    .command('replay')
    .summary('apply or send it again')
    .description('Applies the record to the read model by the rules of today, or sends what Kafka refused.')
    .argument('<id>', 'the dead letter')
    .addHelpText('after', examples('contactstream dead-letters replay 5f0c9b1e-…'))
    .action(async (id: string, _: unknown, command: Command) => {
      const context = contextOf(command);
      const answer = await answerOf(
        context.api.POST('/api/dead-letters/{id}/replay', { params: { path: { id } } }),
      );
      await showAnswer(context, answer, (letter) => settledWords(answer, letter));
    });
  letters
    .command('discard')
    .summary('close it')
    .description('Closes a dead letter: nobody will replay it.')
    .argument('<id>', 'the dead letter')
    .option('--yes', 'do not ask')
    .addHelpText('after', examples('contactstream dead-letters discard 5f0c9b1e-… --yes'))
    .action(async (id: string, { yes = false }: { yes?: boolean }, command: Command) => {
      const context = contextOf(command);
      await confirm(`This closes the dead letter ${id}: nobody can replay it then.`, 'discard', yes);
      const answer = await answerOf(
        context.api.POST('/api/dead-letters/{id}/discard', { params: { path: { id } } }),
      );
      await showAnswer(context, answer, (letter) => settledWords(answer, letter));
    });
}

function settledWords({ status }: Answer<unknown>, { state }: Letter): string {
  return status === 202
    ? 'It is done as soon as somebody who publishes comes to it: contactstream dead-letters list\n'
    : `The dead letter is ${state}.\n`;
}

const columns = (screen: Screen): readonly Column<Letter>[] => [
  { title: 'DEAD LETTER', of: ({ id }) => id, isWhole: true },
  { title: 'STATE', of: ({ state }) => stateCell(state) },
  { title: 'REFUSED BY', of: ({ refusedBy }) => refusedBy },
  { title: 'TOPIC', of: ({ topic }) => topic },
  { title: 'POSITION', of: ({ position }) => position, align: 'right' },
  { title: 'CONTACT', of: ({ contactId }) => contactId, isWhole: true },
  { title: 'SINCE', of: ({ occurredAt }) => when(occurredAt, screen) },
  { title: 'ERROR', of: ({ error }) => error },
];

function letterWords(letter: WholeLetter, screen: Screen): string {
  return facts(
    [
      ['Dead letter', letter.id],
      ['State', stateCell(letter.state)],
      ['Refused by', letter.refusedBy],
      ['Topic', letter.topic],
      ['Partition', letter.partition],
      ['Offset', letter.offset],
      ['Position', letter.position],
      ['Contact', letter.contactId],
      ['Since', when(letter.occurredAt, screen)],
      ['Error', letter.error],
      ['Record', JSON.stringify(letter.payload)],
    ],
    screen,
  );
}
