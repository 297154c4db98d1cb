import { type Command } from 'commander';

import { type Item } from '../rest/schema.js';
import { type Context, contextOf } from '../context.js';
import { answerOf } from '../rest/service.js';
import { confirm } from '../terminal/confirm.js';
import { type Screen } from '../terminal/screen.js';
import { type Column } from '../terminal/table.js';
import { count, counted, when } from '../terminal/words.js';
import { type Run } from '../words.js';
import { examples } from './examples.js';
import { type ListOptions, showList, withListOptions } from './lists.js';
import { showAnswer } from './one-answer.js';

type Held = Item<'/api/sync/runs/{id}/held-deletions'>;

export function addHeld(program: Command): void {
  const held = program
    .command('held')
    .summary('deletions that wait for a decision')
    .description('Deletions that looked wrong, so that a run holds them until a person decides.');
  withListOptions(held.command('list'))
    .summary('what is held')
    .description('The runs that hold deletions, or the contacts that one of them would delete.')
    .argument('[run]', 'the run')
    .addHelpText('after', examples('contactstream held list', 'contactstream held list 9a065aa2-… --all'))
    .action(async (run: string | undefined, options: ListOptions, command: Command) => {
      const context = contextOf(command);
      if (run === undefined) await listRuns(context, options);
      else await listContacts(context, run, options);
    });
  held
    .command('approve')
    .summary('delete them')
    .description('Deletes the contacts that the run holds and that were not seen again since.')
    .argument('<run>', 'the run')
    .option('--yes', 'do not ask')
    .addHelpText(
      'after',
      examples('contactstream held approve 9a065aa2-…', 'contactstream held approve 9a065aa2-… --yes'),
    )
    .action(async (id: string, { yes = false }: { yes?: boolean }, command: Command) => {
      const context = contextOf(command);
      const path = { params: { path: { id } } };
      const { body } = await answerOf(context.api.GET('/api/sync/runs/{id}/held-deletions/summary', path));
      await confirm(`This deletes ${counted(body.total, 'contact')}.`, 'approve', yes);
      const answer = await answerOf(context.api.POST('/api/sync/runs/{id}/held-deletions/approve', path));
      await showAnswer(context, answer, ({ deleted }) => `${counted(deleted, 'contact')} deleted.\n`);
    });
  held
    .command('reject')
    .summary('keep them')
    .description('Keeps the contacts that the run holds; the next full sync asks again.')
    .argument('<run>', 'the run')
    .addHelpText('after', examples('contactstream held reject 9a065aa2-…'))
    .action(async (id: string, _: unknown, command: Command) => {
      const context = contextOf(command);
      const answer = await answerOf(
        context.api.POST('/api/sync/runs/{id}/held-deletions/reject', { params: { path: { id } } }),
      );
      await showAnswer(context, answer, () => 'The contacts stay; the next full sync asks again.\n');
    });
}

async function listRuns(context: Context, options: ListOptions): Promise<void> {
  const columns: readonly Column<Run>[] = [
    { title: 'RUN', of: ({ id }) => id, isWhole: true },
    { title: 'HELD', of: ({ heldDeletions }) => count(heldDeletions ?? 0), align: 'right' },
    { title: 'WHY', of: ({ holdReason }) => holdReason },
    { title: 'SINCE', of: ({ finishedAt }) => when(finishedAt, context.screen) },
    { title: 'ACCOUNT', of: ({ accountId }) => accountId, isWhole: true },
  ];
  await showList(
    context,
    options,
    (page) => answerOf(context.api.GET('/api/sync/runs', { params: { query: { state: 'held', ...page } } })),
    columns,
    'No deletions are held.',
  );
}

const contactColumns = (screen: Screen): readonly Column<Held>[] => [
  { title: 'CONTACT', of: ({ contactId }) => contactId, isWhole: true },
  { title: 'NAME', of: (one) => ('displayName' in one ? one.displayName : '') },
  { title: 'ORGANISATION', of: (one) => ('organization' in one ? one.organization : '') },
  { title: 'RESOURCE', of: ({ resourceName }) => resourceName },
  { title: 'CHANGED', of: ({ updatedAt }) => when(updatedAt, screen) },
];

async function listContacts(context: Context, id: string, options: ListOptions): Promise<void> {
  await showList<Held>(
    context,
    options,
    (page) =>
      answerOf(
        context.api.GET('/api/sync/runs/{id}/held-deletions', { params: { path: { id }, query: page } }),
      ),
    contactColumns(context.screen),
    'The run holds no deletions.',
  );
}
