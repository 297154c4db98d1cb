import { setTimeout as delay } from 'node:timers/promises';

import { type Command, Option } from 'commander';

import { type Got } from '../rest/schema.js';
import { type Context, contextOf } from '../context.js';
import { EXIT } from '../exit-codes.js';
import { Failure } from '../failures.js';
import { answerOf } from '../rest/service.js';
import { onInterrupt } from '../terminal/interrupt.js';
import { ProgressLine } from '../terminal/progress-line.js';
import { counted } from '../terminal/words.js';
import { examples } from './examples.js';
import { showAnswer } from './one-answer.js';

type Projection = Got<'/api/projections/contacts'>;
type Rebuild = NonNullable<Projection['rebuild']>;

const LOOK_EVERY_MS = 500;

const WATCH = 'Watch it: contactstream rebuild --follow';
const NOBODY =
  'It is queued, and waits: no process with projector among its ROLES was seen for 15 s. Start one.';

interface RebuildOptions {
  readonly follow?: boolean;
  readonly cancel?: boolean;
}

export function addRebuild(program: Command): void {
  program
    .command('rebuild')
    .summary('make the read model anew')
    .description(
      'Makes the read model anew from the event log; the old one serves until the new one is complete. With --follow, follows ' +
        'the rebuild that goes on, or the new one, to its end.',
    )
    .option('--follow', 'show how it goes on')
    .addOption(new Option('--cancel', 'cancel the one that goes on').conflicts('follow'))
    .addHelpText('after', examples('contactstream rebuild --follow', 'contactstream rebuild --cancel'))
    .action(async ({ follow = false, cancel = false }: RebuildOptions, command: Command) => {
      const context = contextOf(command);
      const { api } = context;
      if (cancel) {
        const answer = await answerOf(api.DELETE('/api/projections/contacts/rebuild'));
        await showAnswer(context, answer, () => 'It is cancelled; the old read model stays.\n');
        return;
      }
      const answer = await answerOf(api.POST('/api/projections/contacts/rebuild')).catch((error: unknown) => {
        if (follow && error instanceof Failure && error.code === 'rebuild-in-progress') return null;
        throw error;
      });
      if (!follow && answer !== null) {
        await showAnswer(
          context,
          answer,
          ({ state }) => `${state === 'stopped' ? NOBODY : 'It is queued.'} ${WATCH}\n`,
        );
        return;
      }
      await followRebuild(context);
    });
}

async function followRebuild(context: Context): Promise<void> {
  const { api, print, tell, screen, json } = context;
  const line = new ProgressLine(screen, print);
  const interrupted = onInterrupt(() => {
    line.end();
    tell(`The rebuild goes on. ${WATCH}`);
  });
  for (let before = ''; ;) {
    const { body, text } = await answerOf(api.GET('/api/projections/contacts'));
    if (json && text !== before) await print(`${text}\n`);
    before = text;
    if (body.rebuild === null) {
      line.end();
      interrupted.forget();
      if (body.lastRebuild !== null) await tellEnd(context, body.lastRebuild);
      return;
    }
    if (!json) await line.show(stepOf(body.rebuild, body.state));
    await delay(LOOK_EVERY_MS);
  }
}

function stepOf({ state, position, target }: Rebuild, ofProjection: Projection['state']) {
  if (ofProjection === 'stopped') return { phase: ofProjection, share: null, text: NOBODY };
  const share = target === null || target === '0' ? null : Math.min(1, Number(position) / Number(target));
  return {
    phase: state,
    share,
    text: `${state}: position ${position}${target === null ? '' : ` of ${target}`}`,
  };
}

async function tellEnd(
  { json, print }: Context,
  last: NonNullable<Projection['lastRebuild']>,
): Promise<void> {
  const { state, error, differences } = last;
  if (state === 'failed') throw new Failure(`The rebuild failed: ${error ?? 'see the log of the service'}.`);
  if (state === 'cancelled') throw new Failure('The rebuild was cancelled; the old read model stays.');
  process.exitCode = EXIT.done;
  if (json) return;
  const found = differences === null ? '' : `; ${counted(differences.count, 'contact')} differed before`;
  await print(`The read model is made anew${found}.\n`);
}
