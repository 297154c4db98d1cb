import { type Command, Argument } from 'commander';

import { type Item, type Posted } from '../rest/schema.js';
import { type Context, contextOf } from '../context.js';
import { ACCOUNT, accountIdOf } from '../find-account.js';
import { answerOf } from '../rest/service.js';
import { eventInWords } from './event-in-words.js';
import { examples } from './examples.js';

type CloudEvent = Item<'/api/events'>;
type Change = Posted<'/api/simulator/changes'>['change'];

/** What becomes of a sample person, a sync after each; the last gives the event that was asked for. */
const WAYS = {
  created: ['created'],
  updated: ['created', 'updated'],
  renamed: ['created', 'renamed'],
  merged: ['created', 'merged'],
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
  const names = new Set<string>();
  let resourceName = '';
  for (const change of WAYS[last]) {
    const into = change === 'merged' ? await changed(context, { change: 'created', ...of }) : undefined;
    if (into !== undefined) {
      names.add(into);
      await answerOf(api.POST('/api/sync', { body: of }));
    }
    resourceName = await changed(context, {
      change,
      ...of,
      ...(change !== 'created' && { resourceName }),
      ...(into !== undefined && { into }),
    });
    names.add(resourceName);
    await answerOf(api.POST('/api/sync', { body: of }));
  }
  const query = { after: logEnd, limit: '1000', ...of };
  const { items } = (await answerOf(api.GET('/api/events', { params: { query } }))).body;
  for (const event of items as CloudEvent[]) {
    if (!names.has(String(event.data.resourceName))) continue;
    await print(json ? `${JSON.stringify(event)}\n` : `${eventInWords(event, screen)}\n`);
  }
}

interface Asked {
  readonly change: Change;
  readonly accountId?: string;
  readonly resourceName?: string;
  readonly into?: string;
}

/** @returns the person's name after the change */
async function changed({ api }: Context, asked: Asked): Promise<string> {
  const answer = await answerOf(api.POST('/api/simulator/changes', { body: asked as never }));
  return answer.body.resourceName;
}
