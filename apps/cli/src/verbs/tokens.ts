import { type Command, Option } from 'commander';

import { type Item } from '../rest/schema.js';
import { type Context, contextOf } from '../context.js';
import { Failure } from '../failures.js';
import { ACCOUNT, accountIdOf } from '../find-account.js';
import { allItems } from '../rest/pages.js';
import { answerOf } from '../rest/service.js';
import { confirm } from '../terminal/confirm.js';
import { type Screen } from '../terminal/screen.js';
import { type Column } from '../terminal/table.js';
import { when } from '../terminal/words.js';
import { examples } from './examples.js';
import { type ListOptions, showList, withListOptions } from './lists.js';
import { showAnswer } from './one-answer.js';

type Token = Item<'/api/tokens'>;

const SCOPES = ['operate', 'read', 'admin'] as const;

interface CreateOptions {
  readonly scope: (typeof SCOPES)[number][];
  readonly account?: string;
  readonly expiresIn?: string;
}

export function addTokens(program: Command): void {
  const tokens = program
    .command('tokens')
    .summary('API tokens')
    .description('API tokens that were issued; those of API_TOKENS are not among them.');
  withListOptions(tokens.command('list'))
    .summary('the tokens')
    .description('The tokens that were issued and not revoked, newest first.')
    .option('--account <account>', `only those bound to this one: ${ACCOUNT}`)
    .addHelpText('after', examples('contactstream tokens list'))
    .action(async ({ account, ...list }: ListOptions & { account?: string }, command: Command) => {
      const context = contextOf(command);
      const accountId = await accountIdOf(context, account);
      await showList(
        context,
        list,
        (page) =>
          answerOf(
            context.api.GET('/api/tokens', {
              params: { query: { ...page, ...(accountId !== undefined && { accountId }) } },
            }),
          ),
        columns(context.screen),
        'No token was issued.',
      );
    });
  tokens
    .command('create')
    .summary('issue a token')
    .description(
      'Issues a token, which is printed this once. It may do no more than the token that asks for it.',
    )
    .argument('<name>', 'how lists and logs call it')
    .addOption(new Option('--scope <scope...>', 'what it may do').choices(SCOPES).makeOptionMandatory())
    .option('--account <account>', `the only one that it may see: ${ACCOUNT}`)
    .option('--expires-in <time>', 'a number and s, m, h or d, at most 365d (else 90d)')
    .addHelpText(
      'after',
      examples(
        'contactstream tokens create crm --scope read',
        'contactstream tokens create on-call --scope operate read --expires-in 30d > token',
      ),
    )
    .action(async (name: string, { scope, account, expiresIn }: CreateOptions, command: Command) => {
      const context = contextOf(command);
      const accountId = await accountIdOf(context, account);
      const answer = await answerOf(
        context.api.POST('/api/tokens', {
          body: {
            name,
            scopes: scope,
            ...(accountId !== undefined && { accountId }),
            ...(expiresIn !== undefined && { expiresIn }),
          },
        }),
      );
      await showAnswer(context, answer, ({ token }) => `${token}\n`);
      if (!context.json) {
        context.tell(`It is shown this once, and ends ${when(answer.body.expiresAt, context.screen)}.`);
      }
    });
  tokens
    .command('revoke')
    .summary('revoke a token')
    .description('Revokes a token, and ends the sessions that were opened with it.')
    .argument('<token>', 'its id or name')
    .option('--yes', 'do not ask')
    .addHelpText(
      'after',
      examples('contactstream tokens revoke crm', 'contactstream tokens revoke crm --yes'),
    )
    .action(async (named: string, { yes = false }: { yes?: boolean }, command: Command) => {
      const context = contextOf(command);
      const { id, name } = await findToken(context, named);
      await confirm(`This revokes the token ${name}: whoever uses it is refused.`, name, yes);
      const answer = await answerOf(context.api.DELETE('/api/tokens/{id}', { params: { path: { id } } }));
      await showAnswer(context, answer, () => `${name} is revoked.\n`);
    });
}

/** No two have the same name. */
async function findToken(context: Context, named: string): Promise<Token> {
  const items = await allItems<Token>((page) =>
    answerOf(context.api.GET('/api/tokens', { params: { query: page } })),
  );
  const token = items.find(({ id }) => id === named) ?? items.find(({ name }) => name === named);
  if (token !== undefined) return token;
  throw new Failure(`No token that was issued is called ${named}.`, {
    code: 'token-not-found',
    next: 'List the tokens: contactstream tokens list',
  });
}

const columns = (screen: Screen): readonly Column<Token>[] => [
  { title: 'TOKEN', of: ({ id }) => id, isWhole: true },
  { title: 'NAME', of: ({ name }) => name },
  { title: 'SCOPES', of: ({ scopes }) => scopes.join(', ') },
  { title: 'ACCOUNT', of: ({ accountId }) => accountId ?? 'all' },
  { title: 'BY', of: ({ createdBy }) => createdBy },
  { title: 'USED', of: ({ lastUsedAt }) => (lastUsedAt === null ? 'never' : when(lastUsedAt, screen)) },
  { title: 'ENDS', of: ({ expiresAt }) => when(expiresAt, screen) },
];
