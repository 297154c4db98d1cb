import { type Row } from '../harness/recorder.js';
import { noteText, number, rangeText, targetText, verdict } from './format.js';
import { barPlot } from './bar-plot.js';
import { escapeHtml } from './escape-html.js';
import { type BenchmarkReport, type Report } from './report.js';
import { sizeOfSetting } from './size-of-setting.js';
import { sizePlot } from './size-plot.js';

/** One file without references to others. */
export function htmlReport(report: Report): string {
  const { machine } = report;
  const described = Object.entries(machine).map(
    ([name, value]) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(String(value))}</dd>`,
  );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>contactstream: benchmarks of ${escapeHtml(machine.date)}</title>
<style>
  body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; color: #1b1b1b; background: #fff; }
  table { border-collapse: collapse; margin: 0.5rem 0 1.5rem; width: 100%; }
  th, td { text-align: left; padding: 0.25rem 0.75rem 0.25rem 0; border-bottom: 1px solid #ddd; vertical-align: top; }
  td.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
  .missed { color: #a40000; font-weight: 600; } .met { color: #00612e; }
  dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.1rem 1rem; } dd { margin: 0; }
  svg { display: block; margin: 0.5rem 0 1.5rem; max-width: 100%; height: auto; }
</style>
<h1>Benchmarks</h1>
<dl>${described.join('')}</dl>
<p>Ratios hold on other machines, absolute figures do not. Bars and points are medians, whiskers go from the least to the greatest sample.</p>
${report.benchmarks.map(section).join('\n')}
</html>
`;
}

function section({ name, question, rows, ratios, figures, notes }: BenchmarkReport): string {
  const judged = [...ratios.map((ratio) => ({ ...ratio, unit: '×' })), ...figures].map(
    (ratio) => `<tr><td>${escapeHtml(ratio.what)}</td><td>${escapeHtml(ratio.setting)}</td>
      <td class="number">${number(ratio.median)} ${escapeHtml(ratio.unit)}</td><td>${rangeText(ratio)}</td>
      <td>${targetText(ratio.target)}</td><td class="${verdict(ratio).toLowerCase()}">${verdict(ratio)}</td></tr>`,
  );
  const measured = rows.map(
    (row) => `<tr><td>${escapeHtml(row.subject)}</td><td>${escapeHtml(row.setting)}</td>
      <td class="number">${number(row.median)} ${escapeHtml(row.unit)}</td><td>${rangeText(row)}</td></tr>`,
  );
  return `<h2>${escapeHtml(name)}: ${escapeHtml(question)}</h2>
${judged.length === 0 ? '' : `<table><tr><th>Ratio</th><th>Setting</th><th>Median</th><th>Min – max</th><th>Target</th><th></th></tr>${judged.join('')}</table>`}
${plots(rows)}
<table><tr><th>Measured</th><th>Setting</th><th>Median</th><th>Min – max</th></tr>${measured.join('')}</table>
${notes.map((note) => `<p>${escapeHtml(noteText(note))}</p>`).join('')}`;
}

/** Cost against size where there are several sizes; else a plot for each setting and unit with more than one row. */
function plots(rows: readonly Row[]): string {
  const kinds = Map.groupBy(rows, ({ setting, unit }) => `${sizeOfSetting(setting).kind}, in ${unit}`);
  return [...kinds]
    .filter(([, group]) => group.length > 1)
    .map(([title, group]) => {
      const settings = [...new Set(group.map(({ setting }) => setting))];
      const { of } = sizeOfSetting(settings[0] ?? '');
      return settings.length > 1 ? sizePlot(`${title}, by number of ${of}`, group) : barPlot(title, group);
    })
    .join('\n');
}
