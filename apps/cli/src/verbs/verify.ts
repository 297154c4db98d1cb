import { type Command } from 'commander';

import { type Posted } from '../rest/schema.js';
import { contextOf } from '../context.js';
import { EXIT } from '../exit-codes.js';
import { answerOf } from '../rest/service.js';
import { type Screen } from '../terminal/screen.js';
import { table } from '../terminal/table.js';
import { count, counted } from '../terminal/words.js';
import { examples } from './examples.js';
import { showAnswer } from './one-answer.js';

type Report = Posted<'/api/verify'>;
type ErasureReport = Extract<Report, { tables: unknown }>;
type ReadModelReport = Exclude<Report, ErasureReport>;

export function addVerify(program: Command): void {
  program
    .command('verify')
    .summary('compare the read model and the snapshots with the log')
    .description(
      'Folds the event log and compares the read model with it, contact by contact, and the snapshots by which syncs decide what ' +
        'changed. With --erased it looks for what is left of an erased account. Ends with 1 where something is found.',
    )
    .option('--erased <id>', 'the id of an erased account')
    .addHelpText('after', examples('contactstream verify', 'contactstream verify --erased 0b9f…'))
    .action(async ({ erased }: { erased?: string }, command: Command) => {
      const context = contextOf(command);
      const answer = await answerOf(
        context.api.POST('/api/verify', { body: erased === undefined ? {} : { erased } }),
      );
      await showAnswer(context, answer, (report) =>
        'tables' in report ? erasureWords(report, context.screen) : reportWords(report, context.screen),
      );
      if (!answer.body.ok) process.exitCode = EXIT.failed;
    });
}

function reportWords(
  { ok, contacts, events, rows, differences, snapshots, logFaults, tookMs }: ReadModelReport,
  screen: Screen,
): string {
  const compared = `${counted(contacts, 'contact')} of ${counted(events, 'event')}, ${counted(rows, 'row')}, ${count(tookMs)} ms`;
  if (ok) return `The read model is as the log says, and so are the snapshots (${compared}).\n`;
  const different =
    differences.count === 0
      ? ''
      : `\n${counted(differences.count, 'contact')} of the read model differ; mend it: contactstream rebuild\n${table(
          differences.first,
          [
            { title: 'CONTACT', of: ({ contactId }) => contactId, isWhole: true },
            { title: 'WHAT', of: ({ kind }) => kind },
            { title: 'COLUMNS', of: ({ columns }) => columns.join(', ') },
          ],
          screen,
        )}`;
  const damaged =
    snapshots.differences.count === 0
      ? ''
      : `\n${counted(snapshots.differences.count, 'snapshot')} of syncs differ; mend them: contactstream recover-snapshots\n${table(
          snapshots.differences.first,
          [
            { title: 'ACCOUNT', of: ({ accountId }) => accountId, isWhole: true },
            { title: 'CONTACT', of: ({ contactId }) => contactId, isWhole: true },
            { title: 'WHAT', of: ({ kind }) => kind },
            { title: 'COLUMNS', of: ({ columns }) => columns.join(', ') },
          ],
          screen,
        )}`;
  const faulty =
    logFaults.count === 0
      ? ''
      : `\n${counted(logFaults.count, 'contact')} of the log are not as they were written\n${table(
          logFaults.first,
          [
            { title: 'CONTACT', of: ({ contactId }) => contactId, isWhole: true },
            { title: 'VERSION', of: ({ version }) => version, align: 'right' },
            { title: 'FAULT', of: ({ fault }) => fault },
          ],
          screen,
        )}`;
  return `Something is wrong (${compared}).\n${different}${damaged}${faulty}`;
}

function erasureWords(
  { ok, accountId, erasedAt, tables, state, otherTopics }: ErasureReport,
  screen: Screen,
): string {
  if (ok) return `Nothing is left of ${accountId}, which was erased at ${erasedAt ?? ''}.\n`;
  const topics = [...(state === null ? [] : [state]), ...otherTopics].map(({ topic, records }) => ({
    place: topic,
    number: records,
  }));
  const places = [...tables.map(({ table: place, rows }) => ({ place, number: rows })), ...topics];
  const head =
    erasedAt === null ? `${accountId} is still being erased.\n` : `Something is left of ${accountId}.\n`;
  return `${head}\n${table(
    places.filter(({ number }) => number > 0),
    [
      { title: 'WHERE', of: ({ place }) => place },
      { title: 'HOW MUCH', of: ({ number }) => count(number), align: 'right' },
    ],
    screen,
  )}`;
}
