import { type Command, Option } from 'commander';

import { type Item } from '../rest/schema.js';
import { contextOf } from '../context.js';
import { ACCOUNT, accountIdOf } from '../find-account.js';
import { answerOf } from '../rest/service.js';
import { type Screen } from '../terminal/screen.js';
import { type Column } from '../terminal/table.js';
import { when } from '../terminal/words.js';
import { stateCell } from '../words.js';
import { examples } from './examples.js';
import { type ListOptions, showList, withListOptions } from './lists.js';

type Entry = Item<'/api/audit'>;

const OUTCOMES = ['done', 'refused', 'failed', 'unknown'] as const;

interface AuditOptions extends ListOptions {
  readonly account?: string;
  readonly actor?: string;
  readonly action?: string;
  readonly outcome?: (typeof OUTCOMES)[number];
  readonly from?: string;
  readonly to?: string;
}

export function addAudit(program: Command): void {
  withListOptions(program.command('audit'))
    .summary('who did what')
    .description('Who did what, and who was refused, newest first.')
    .option('--account <account>', `only what concerns this one: ${ACCOUNT}`)
    .option('--actor <name>', 'only what they did: the name of a token, a person, …')
    .option('--action <action>', 'only this, such as account.erase')
    .addOption(new Option('--outcome <outcome>', 'only what ended so').choices(OUTCOMES))
    .option('--from <time>', 'only entries from then on: ISO 8601')
    .option('--to <time>', 'only entries before then: ISO 8601')
    .addHelpText(
      'after',
      examples(
        'contactstream audit --outcome refused',
        'contactstream audit --action account.erase --all --json',
      ),
    )
    .action(async ({ account, limit, cursor, all, ...filters }: AuditOptions, command: Command) => {
      const context = contextOf(command);
      const accountId = await accountIdOf(context, account);
      await showList(
        context,
        { ...(limit !== undefined && { limit }), ...(cursor !== undefined && { cursor }), all: all === true },
        (page) =>
          answerOf(
            context.api.GET('/api/audit', {
              params: { query: { ...page, ...filters, ...(accountId !== undefined && { accountId }) } },
            }),
          ),
        columns(context.screen),
        'There are no such entries.',
      );
    });
}

const columns = (screen: Screen): readonly Column<Entry>[] => [
  { title: 'WHEN', of: ({ occurredAt }) => when(occurredAt, screen) },
  {
    title: 'WHO',
    of: ({ actor: { kind, name } }) => (name === null || name === kind ? kind : `${kind} ${name}`),
  },
  { title: 'ACTION', of: ({ action }) => action },
  { title: 'OUTCOME', of: ({ outcome }) => stateCell(outcome) },
  { title: 'CODE', of: ({ code }) => code },
  { title: 'ACCOUNT', of: ({ accountId }) => accountId, isWhole: true },
  { title: 'OBJECT', of: ({ object }) => object },
  { title: 'REASON', of: ({ reason }) => reason },
];
