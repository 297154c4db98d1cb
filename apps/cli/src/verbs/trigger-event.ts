import { type Command, Argument } from 'commander';

import { type Posted } from '../rest/schema.js';
import { type Context, contextOf } from '../context.js';
import { ACCOUNT, accountIdOf } from '../find-account.js';
import { answerOf } from '../rest/service.js';
import { eventInWords } from './event-in-words.js';
import { examples } from './examples.js';

type Change = Posted<'/api/simulator/changes'>['change'];

/** Persons are created; whatever else is done is done to the first, who is merged into the last. A sync follows each step. */
const WAYS = {
  created: ['created'],
  updated: ['created', 'updated'],
  renamed: ['created', 'renamed'],
  merged: ['created', 'created', 'merged'],
  deleted: ['created', 'deleted'],
  restored: ['created', 'deleted', 'restored'],
} as const satisfies Record<Change, readonly Change[]>;

export function addTriggerEvent(events: Command): void {
  events
    .command('trigger')
    .summary('events of a sample contact')
    .description(
      'Where Google is simulated: creates a person there and changes them, with a sync after each step, so that a consumer under ' +
        'development gets the events of it the whole way. Shows the events; with --json the CloudEvents.',
    )
    .addArgument(new Argument('<change>', 'the last of the events').choices(Object.keys(WAYS)))
    .option('--account <account>', `of which one: ${ACCOUNT}; needed with several`)
    .addHelpText(
      'after',
      examples('contactstream events trigger restored', 'contactstream events trigger merged --json'),
    )
    .action(async (change: Change, { account }: { account?: string }, command: Command) => {
      const context = contextOf(command);
      const accountId = await accountIdOf(context, account);
      await trigger(context, change, accountId === undefined ? {} : { accountId });
    });
}

async function trigger(context: Context, last: Change, of: { accountId?: string }): Promise<void> {
  const { api, json, print, screen } = context;
  const { logEnd } = (await answerOf(api.GET('/api/positions'))).body;
  const names: string[] = [];
  for (const change of WAYS[last]) {
    const [resourceName = '', into = ''] = names;
    const asked =
      change === 'created'
        ? { change }
        : change === 'merged'
          ? { change, resourceName, into }
          : { change, resourceName };
    const { body } = await answerOf(api.POST('/api/simulator/changes', { body: { ...asked, ...of } }));
    names.push(body.resourceName);
    await answerOf(api.POST('/api/sync', { body: of }));
  }
  const query = { after: logEnd, limit: '1000', ...of };
  const { items } = (await answerOf(api.GET('/api/events', { params: { query } }))).body;
  for (const event of items) {
    if (!names.includes(String(event.data.resourceName))) continue;
    await print(json ? `${JSON.stringify(event)}\n` : `${eventInWords(event, screen)}\n`);
  }
}
