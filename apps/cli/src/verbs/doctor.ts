import { type Command } from 'commander';

import { contextOf } from '../context.js';
import { EXIT } from '../exit-codes.js';
import { type Got } from '../rest/schema.js';
import { answerOf } from '../rest/service.js';
import { coloured, type Colour, type Screen } from '../terminal/screen.js';
import { safeText } from '../terminal/safe-text.js';
import { counted } from '../terminal/words.js';
import { examples } from './examples.js';
import { showAnswer } from './one-answer.js';

type Report = Got<'/api/doctor'>;
type Check = Report['checks'][number];

const SIGNS: Readonly<Record<Check['verdict'], { readonly word: string; readonly colour: Colour }>> = {
  ok: { word: 'ok     ', colour: 'green' },
  warning: { word: 'warning', colour: 'yellow' },
  failed: { word: 'FAILED ', colour: 'red' },
};

export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .summary('say what is wrong, and how to mend it')
    .description(
      'Looks at PostgreSQL, the schema, the keys, Kafka, Google, who does the work of each role, what waits for a person, and the disk. Ends with 1 ' +
        'where something has failed; warnings alone end with 0.',
    )
    .addHelpText('after', examples('contactstream doctor', 'contactstream doctor --json'))
    .action(async (_options: unknown, command: Command) => {
      const context = contextOf(command);
      const answer = await answerOf(context.api.GET('/api/doctor'));
      await showAnswer(context, answer, (report) => words(report, context.screen));
      if (!answer.body.ok) process.exitCode = EXIT.failed;
    });
}

function words({ checks }: Report, screen: Screen): string {
  const lines = checks.map(({ verdict, area, found, mend, document }) => {
    const { word, colour } = SIGNS[verdict];
    const line = `${coloured(word, colour, screen)}  ${area.padEnd(8)}  ${safeText(found)}\n`;
    const indent = ' '.repeat(19);
    return mend === null ? line : `${line}${indent}→ ${safeText(mend)}\n${indent}  ${document}\n`;
  });
  const wrong = checks.filter(({ verdict }) => verdict !== 'ok').length;
  const sum = wrong === 0 ? 'All is well.' : `${counted(wrong, 'thing')} not well.`;
  return `${lines.join('')}\n${sum}\n`;
}
