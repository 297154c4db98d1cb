import { type Command, Option } from 'commander';

import { type Context, contextOf } from '../context.js';
import { EXIT } from '../exit-codes.js';
import { wrongUsage } from '../failures.js';
import { ACCOUNT, findAccount } from '../find-account.js';
import { allItems } from '../rest/pages.js';
import { answerOf } from '../rest/service.js';
import { confirm } from '../terminal/confirm.js';
import { type Screen } from '../terminal/screen.js';
import { type Column, table } from '../terminal/table.js';
import { count, when } from '../terminal/words.js';
import { type Account, stateCell } from '../words.js';
import { examples } from './examples.js';
import { type ListOptions, showList, withListOptions } from './lists.js';
import { showAnswer } from './one-answer.js';

const STATES = ['connected', 'needs-reauth', 'disconnected', 'erasing'] as const;
const HEALTHS = ['disconnected', 'needs-reauth', 'held', 'paused', 'failing', 'late', 'fresh'] as const;

interface AccountsOptions extends ListOptions {
  readonly search?: string;
  readonly state?: (typeof STATES)[number];
  readonly health?: (typeof HEALTHS)[number];
}

export function addAccounts(program: Command): void {
  const accounts = program
    .command('accounts')
    .summary('Google accounts')
    .description('The Google accounts whose contacts are followed.');
  withListOptions(accounts.command('list'))
    .summary('the accounts')
    .description('The accounts that are, or were, connected.')
    .option('--search <text>', 'only those in whose name, address or reference it is')
    .addOption(new Option('--state <state>', 'only those in this state').choices(STATES))
    .addOption(new Option('--health <health>', 'only those of this health').choices(HEALTHS))
    .addHelpText(
      'after',
      examples('contactstream accounts list', 'contactstream accounts list --health needs-reauth --all'),
    )
    .action(async ({ search, state, health, ...list }: AccountsOptions, command: Command) => {
      const context = contextOf(command);
      await showList(
        context,
        list,
        (page) =>
          answerOf(
            context.api.GET('/api/accounts', {
              params: {
                query: {
                  ...page,
                  ...(search !== undefined && { q: search }),
                  ...(state !== undefined && { state }),
                  ...(health !== undefined && { health }),
                },
              },
            }),
          ),
        columns(context.screen),
        'There are no such accounts. Connect one: contactstream accounts connect',
      );
    });
  addConnect(accounts);
  addPause(accounts, 'pause', true);
  addPause(accounts, 'resume', false);
  addEnd(accounts, 'disconnect');
  addEnd(accounts, 'erase');
}

const columns = (screen: Screen): readonly Column<Account>[] => [
  { title: 'ACCOUNT', of: ({ id }) => id, isWhole: true },
  { title: 'NAME', of: ({ name }) => name },
  { title: 'E-MAIL', of: ({ email, name }) => (email === name ? '' : email) },
  { title: 'REFERENCE', of: ({ reference }) => reference },
  { title: 'STATE', of: ({ state }) => state },
  { title: 'HEALTH', of: ({ health }) => stateCell(health) },
  { title: 'CONTACTS', of: ({ contacts }) => count(contacts), align: 'right' },
  { title: 'LAST GOOD RUN', of: ({ lastSucceededAt }) => when(lastSucceededAt, screen) },
  { title: 'CONNECTED', of: ({ connectedAt }) => when(connectedAt, screen) },
];

interface ConnectOptions {
  readonly reference?: string;
  readonly returnUrl?: string;
  readonly loginHint?: string;
  readonly subject?: string[];
}

function addConnect(accounts: Command): void {
  accounts
    .command('connect')
    .summary('let a person connect an account')
    .description(
      'Makes a link by which one person connects their account, or signs in again; it lives 24 hours. With --subject, connects ' +
        'persons for whom the service account may act, without asking them.',
    )
    .option('--reference <text>', 'what your product calls the account')
    .option('--return-url <address>', 'where the browser goes afterwards')
    .option('--login-hint <e-mail>', 'the address that Google is to offer')
    .addOption(
      new Option('--subject <e-mail...>', 'connect these by domain-wide delegation').conflicts([
        'reference',
        'returnUrl',
        'loginHint',
      ]),
    )
    .addHelpText(
      'after',
      examples(
        'contactstream accounts connect',
        'contactstream accounts connect --reference tenant-42/user-7 --login-hint ada@example.org',
        'contactstream accounts connect --subject ada@example.org grace@example.org',
      ),
    )
    .action(async ({ subject, ...link }: ConnectOptions, command: Command) => {
      const context = contextOf(command);
      if (subject !== undefined) {
        await connectSubjects(context, subject);
        return;
      }
      const answer = await answerOf(context.api.POST('/api/auth/google/links', { body: link }));
      await showAnswer(context, answer, ({ url }) => `${url}\n`);
      if (!context.json) {
        const until = when(answer.body.expiresAt, context.screen);
        context.tell(`Send it to one person: whoever opens it connects their contacts. It ends ${until}.`);
      }
    });
}

async function connectSubjects(context: Context, subjects: string[]): Promise<void> {
  const answer = await answerOf(context.api.POST('/api/accounts', { body: { subjects } }));
  await showAnswer(context, answer, ({ items }) =>
    table(
      items,
      [
        { title: 'PERSON', of: (one) => one.subject },
        { title: 'OUTCOME', of: ({ outcome }) => outcome },
        { title: 'ACCOUNT', of: ({ accountId }) => accountId, isWhole: true },
      ],
      context.screen,
    ),
  );
  if (answer.body.items.some(({ outcome }) => outcome !== 'connected')) process.exitCode = EXIT.failed;
}

function addPause(accounts: Command, name: 'pause' | 'resume', paused: boolean): void {
  accounts
    .command(name)
    .summary(paused ? 'let a schedule rest' : 'let a schedule go on')
    .description(
      paused
        ? 'Lets the schedule of an account rest; syncs that somebody asks for are done.'
        : 'Lets the schedule of an account go on.',
    )
    .argument('[account]', ACCOUNT)
    .option('--all', 'all accounts that are not disconnected')
    .addHelpText(
      'after',
      examples(`contactstream accounts ${name} ada@example.org`, `contactstream accounts ${name} --all`),
    )
    .action(async (named: string | undefined, { all = false }: { all?: boolean }, command: Command) => {
      if ((named === undefined) !== all) {
        throw wrongUsage('Name one account, or say --all.', 'List the accounts: contactstream accounts list');
      }
      const context = contextOf(command);
      const chosen = named === undefined ? await allConnected(context) : [await findAccount(context, named)];
      for (const { id } of chosen) {
        const answer = await answerOf(
          context.api.PATCH('/api/accounts/{id}', { params: { path: { id } }, body: { paused } }),
        );
        await showAnswer(
          context,
          answer,
          ({ name: called }) => `${called}: ${paused ? 'paused' : 'resumed'}\n`,
        );
      }
      if (chosen.length === 0) context.tell('No account is connected.');
    });
}

async function allConnected(context: Context): Promise<readonly Account[]> {
  const items = await allItems<Account>((page) =>
    answerOf(context.api.GET('/api/accounts', { params: { query: page } })),
  );
  return items.filter(({ state }) => state === 'connected' || state === 'needs-reauth');
}

const ENDS = {
  disconnect: {
    summary: 'end the syncs of an account',
    description:
      'Ends the syncs of an account and gives its grant back to Google. Its contacts stay readable.',
    warning: (name: string) => `This ends the syncs of ${name}; to go on, its person has to sign in again.`,
    done: 'disconnected',
  },
  erase: {
    summary: 'remove every fact about an account',
    description:
      'Publishes the deletion of the contacts of an account, and then removes every stored fact about it. Nothing brings it back.',
    warning: (name: string) => `This erases ${name} and all of its contacts, for ever.`,
    done: 'erased',
  },
} as const;

function addEnd(accounts: Command, name: keyof typeof ENDS): void {
  const { summary, description, warning, done } = ENDS[name];
  accounts
    .command(name)
    .summary(summary)
    .description(description)
    .argument('<account>', ACCOUNT)
    .option('--yes', 'do not ask')
    .addHelpText(
      'after',
      examples(
        `contactstream accounts ${name} ada@example.org`,
        `contactstream accounts ${name} ada@example.org --yes`,
      ),
    )
    .action(async (named: string, { yes = false }: { yes?: boolean }, command: Command) => {
      const context = contextOf(command);
      const account = await findAccount(context, named);
      await confirm(warning(account.name), account.email ?? account.name, yes);
      const answer = await answerOf(
        context.api.DELETE('/api/accounts/{id}', {
          params: { path: { id: account.id }, query: name === 'erase' ? { erase: 'true' } : {} },
        }),
      );
      await showAnswer(context, answer, () =>
        answer.status === 202
          ? `${account.name}: it goes on. See how far it is: contactstream accounts list\n`
          : `${account.name}: ${done}\n`,
      );
    });
}
