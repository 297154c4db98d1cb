import { type Command, InvalidArgumentError, Option } from 'commander';

import { type Item } from '../rest/schema.js';
import { contextOf } from '../context.js';
import { accountIdOf, OF_ACCOUNT } from '../find-account.js';
import { streamed } from '../rest/stream.js';
import { onInterrupt } from '../terminal/interrupt.js';
import { eventInWords } from './event-in-words.js';
import { examples } from './examples.js';
import { addTriggerEvent } from './trigger-event.js';

type CloudEvent = Item<'/api/events'>;

const TYPES = ['ContactUpdated', 'ContactDeleted'] as const;

interface TailOptions {
  readonly account?: string;
  readonly contact?: string;
  readonly type?: (typeof TYPES)[number];
  readonly after?: string;
}

export function addEvents(program: Command): void {
  const events = program
    .command('events')
    .summary('the event log')
    .description('The event log, as consumers of Kafka get it.');
  addTriggerEvent(events);
  events
    .command('tail')
    .summary('events as they come')
    .description(
      'Events of the log as they come, a line each; with --json the CloudEvents. Where the connection breaks, it goes on behind the ' +
        'last event: none is skipped or comes twice. Ctrl-C ends it, and says where it was.',
    )
    .option(...OF_ACCOUNT)
    .option('--contact <id>', 'only those of this contact')
    .addOption(new Option('--type <type>', 'only these').choices(TYPES))
    .option('--after <position>', 'begin behind this position of the log (else: with new ones)', position)
    .addHelpText(
      'after',
      examples(
        'contactstream events tail',
        'contactstream events tail --type ContactDeleted --after 0',
        'contactstream events tail --json | jq .data.changedFields',
      ),
    )
    .action(async ({ account, contact, type, after }: TailOptions, command: Command) => {
      const context = contextOf(command);
      const { json, print, tell, screen, connection } = context;
      const accountId = await accountIdOf(context, account);
      const query = new URLSearchParams({
        ...(accountId !== undefined && { accountId }),
        ...(contact !== undefined && { contactId: contact }),
        ...(type !== undefined && { type }),
        ...(after !== undefined && { after }),
      });
      let last = after;
      onInterrupt(() => {
        if (last !== undefined) tell(`Go on from there with --after ${last}`);
      });
      const messages = streamed(connection, `/api/events/stream?${query.toString()}`, {
        onAway: (why) => {
          tell(`The stream broke off (${why}); trying again.`);
        },
      });
      for await (const { event, id, data } of messages) {
        if (event !== 'start') {
          await print(json ? `${data}\n` : `${eventInWords(JSON.parse(data) as CloudEvent, screen)}\n`);
        }
        last = id ?? last;
      }
    });
}

function position(text: string): string {
  if (!/^\d{1,18}$/.test(text))
    throw new InvalidArgumentError('It must be a position of the log: decimal digits.');
  return text;
}
