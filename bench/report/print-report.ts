import { type Ratio } from '../harness/recorder.js';
import { noteText, number, rangeText, targetText, verdict } from './format.js';
import { type Report } from './report.js';

/** Ratios first: they hold on another machine, absolute figures do not. */
export function printReport({ benchmarks }: Report, say: (line: string) => void): void {
  for (const { name, question, rows, ratios, figures, notes } of benchmarks) {
    say(`\n${name}: ${question}`);
    for (const ratio of ratios) {
      say(
        `  ${number(ratio.median).padStart(8)} ×  ${ratio.what}  [${ratio.setting}; ${rangeText(ratio)}]  ${judgement(ratio)}`,
      );
    }
    for (const figure of figures) {
      const value = `${number(figure.median)} ${figure.unit}`;
      say(
        `  ${value.padStart(10)}  ${figure.what}  [${figure.setting}; ${rangeText(figure)}]  ${judgement(figure)}`,
      );
    }
    for (const row of rows) {
      say(
        `  ${`${number(row.median)} ${row.unit}`.padStart(18)}  ${row.subject}  [${row.setting}; ${rangeText(row)}]`,
      );
    }
    for (const note of notes) say(`  note: ${noteText(note)}`);
  }
}

function judgement(ratio: Ratio): string {
  return [targetText(ratio.target), verdict(ratio)].filter((text) => text !== '').join(', ');
}
