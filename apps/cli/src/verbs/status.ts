import { type Command } from 'commander';

import { type Got } from '../rest/schema.js';
import { type Context, contextOf } from '../context.js';
import { EXIT } from '../exit-codes.js';
import { ACCOUNT, accountIdOf } from '../find-account.js';
import { answerOf } from '../rest/service.js';
import { type Column, facts, table } from '../terminal/table.js';
import { type Screen } from '../terminal/screen.js';
import { count, counted, when } from '../terminal/words.js';
import { runWords, stateCell } from '../words.js';
import { examples } from './examples.js';
import { type ListOptions, showPages, withListOptions } from './lists.js';

type Status = Got<'/api/sync/status'>;
type Standing = Status['accounts'][number];

interface StatusOptions extends ListOptions {
  readonly account?: string;
}

export function addStatus(program: Command): void {
  withListOptions(program.command('status'))
    .summary('how everything stands')
    .description(
      'How everything stands: the accounts, and how far what is published and what is read is behind. ' +
        'Ends with 3 where no account can sync: nothing is connected, or every person has to sign in.',
    )
    .option('--account <account>', `only this one: ${ACCOUNT}`)
    .addHelpText(
      'after',
      examples(
        'contactstream status',
        'contactstream status --account ada@example.org',
        'contactstream status --json | jq .totals',
      ),
    )
    .action(async ({ account, ...list }: StatusOptions, command: Command) => {
      const context = contextOf(command);
      const accountId = await accountIdOf(context, account);
      const { items, last } = await showPages(
        context,
        list,
        (page) =>
          answerOf(
            context.api.GET('/api/sync/status', {
              params: { query: { ...page, ...(accountId !== undefined && { accountId }) } },
            }),
          ),
        ({ accounts }: Status) => accounts,
        async (standings, status) =>
          inWords(status, standings, await namesOf(context, accountId), context.screen),
      );
      if (last.totals.accounts === 0) context.tell('Nothing is connected: contactstream accounts connect');
      process.exitCode = exitCodeOf(last, items, accountId !== undefined);
    });
}

/** Whether somebody has to sign in before anything goes on. */
function exitCodeOf({ totals }: Status, standings: readonly Standing[], isOne: boolean): number {
  const cannot = isOne
    ? standings.every(({ health }) => health === 'disconnected' || health === 'needs-reauth')
    : (totals.health.disconnected ?? 0) + (totals.health['needs-reauth'] ?? 0) >= totals.accounts;
  return cannot ? EXIT.signInNeeded : EXIT.done;
}

/** The status names accounts by their ids alone. @returns what those are called that are listed at once */
async function namesOf(
  { api }: Context,
  accountId: string | undefined,
): Promise<ReadonlyMap<string, string>> {
  const query = { limit: '500', ...(accountId !== undefined && { accountId }) };
  const { body } = await answerOf(api.GET('/api/accounts', { params: { query } }));
  return new Map(body.items.map(({ id, name, email }) => [id, email ?? name]));
}

const columns = (names: ReadonlyMap<string, string>, screen: Screen): readonly Column<Standing>[] => [
  { title: 'NAME', of: ({ accountId }) => names.get(accountId) },
  { title: 'ACCOUNT', of: ({ accountId }) => accountId, isWhole: true },
  { title: 'HEALTH', of: ({ health }) => stateCell(health) },
  { title: 'NOW', of: ({ state }) => stateCell(state) },
  { title: 'CONTACTS', of: ({ contacts }) => count(contacts), align: 'right' },
  { title: 'LAST RUN', of: ({ lastRun }) => when(lastRun?.finishedAt ?? lastRun?.startedAt, screen) },
  { title: 'OUTCOME', of: ({ lastRun }) => (lastRun === null ? '' : runWords(lastRun)) },
  { title: 'NEXT', of: ({ nextSyncAt }) => when(nextSyncAt, screen) },
];

function inWords(
  status: Status,
  standings: readonly Standing[],
  names: ReadonlyMap<string, string>,
  screen: Screen,
): string {
  const { totals, relayLag, projectionLag, quota } = status;
  const health = Object.entries(totals.health)
    .filter(([, number]) => number > 0)
    .map(([name, number]) => `${count(number)} ${name}`);
  const head = facts(
    [
      ['Accounts', [counted(totals.accounts, 'account'), ...health].join(', ')],
      ['Wait for a person', waitingWords(status)],
      ['Kafka', relayLag === undefined ? 'none' : lagWords(relayLag)],
      ['Read model', lagWords(projectionLag)],
      ...(quota === null ? [] : [["Google's quota", quotaWords(quota)] as const]),
    ],
    screen,
  );
  return standings.length === 0 ? head : `${head}\n${table(standings, columns(names, screen), screen)}`;
}

function waitingWords({ totals, trouble }: Status): string {
  const { quarantined, deadLetters } = trouble;
  const waiting = [
    ...(totals.needPerson > 0 ? [counted(totals.needPerson, 'account')] : []),
    ...(quarantined > 0 ? [`${counted(quarantined, 'person')} in quarantine`] : []),
    ...((deadLetters ?? 0) > 0 ? [counted(deadLetters ?? 0, 'dead letter')] : []),
  ];
  return waiting.length === 0 ? 'none' : waiting.join(', ');
}

function quotaWords({ limitPerMinute, isLearned, usedLastMinute }: NonNullable<Status['quota']>): string {
  const limit = `${count(usedLastMinute)} of ${counted(limitPerMinute, 'request')} a minute`;
  return isLearned ? `${limit}, because Google said that more is too much` : limit;
}

function lagWords(lag: { events: number; seconds: number } | null): string {
  if (lag === null) return 'not known';
  if (lag.events === 0) return 'up to date';
  return `${counted(lag.events, 'event')}, ${count(Math.round(lag.seconds))} s behind`;
}
