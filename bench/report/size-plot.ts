import { short } from '../benchmark.js';
import { type Row } from '../harness/recorder.js';
import { escapeHtml } from './escape-html.js';
import { number } from './format.js';
import { sizeOfSetting } from './size-of-setting.js';

const WIDTH = 960;
const HEIGHT = 320;
const LEFT = 80;
const TOP = 30;
const PLOT = { width: 420, height: 250 };
const COLORS = ['#3465a4', '#c4422b', '#2e8540', '#8b5a9f', '#c98a00', '#0f8b8d', '#6b6b6b', '#a3195b'];

/** Cost against size: a line for each subject, both axes by orders of magnitude, whiskers from the least to the greatest. */
export function sizePlot(title: string, rows: readonly Row[]): string {
  const placed = rows
    .map((row) => ({ ...row, size: sizeOfSetting(row.setting).size ?? Number.NaN }))
    // On such an axis there is no zero.
    .filter(({ min }) => min > 0)
    .sort((a, b) => a.size - b.size);
  if (placed.length === 0) return '';
  const x = scale(
    placed.map(({ size }) => size),
    LEFT,
    LEFT + PLOT.width,
  );
  const y = scale(
    placed.flatMap(({ min, max }) => [min, max]),
    TOP + PLOT.height,
    TOP,
  );
  const sizes = [...new Set(placed.map(({ size }) => size))];
  const across = sizes.map(
    (size) =>
      `<text x="${x.at(size)}" y="${TOP + PLOT.height + 20}" text-anchor="middle">${short(size)}</text>`,
  );
  const up = [y.least, Math.sqrt(y.least * y.most), y.most].map(
    (value) =>
      `<text x="${LEFT - 8}" y="${y.at(value) + 4}" text-anchor="end">${number(value)}</text>
      <line x1="${LEFT}" x2="${LEFT + PLOT.width}" y1="${y.at(value)}" y2="${y.at(value)}" stroke="#ddd"/>`,
  );
  const lines = [...Map.groupBy(placed, ({ subject }) => subject)].map(([subject, points], index) => {
    const color = COLORS[index % COLORS.length] ?? '';
    const dashes = index < COLORS.length ? '' : ' stroke-dasharray="5 3"';
    const line = points.map(({ size, median }) => `${x.at(size)},${y.at(median)}`).join(' ');
    const marks = points.map(
      ({ size, median, min, max }) =>
        `<circle cx="${x.at(size)}" cy="${y.at(median)}" r="3" fill="${color}"/>
        <line x1="${x.at(size)}" x2="${x.at(size)}" y1="${y.at(min)}" y2="${y.at(max)}" stroke="${color}"/>`,
    );
    const name = TOP + 8 + index * 18;
    return `<polyline points="${line}" fill="none" stroke="${color}" stroke-width="1.5"${dashes}/>${marks.join('')}
      <line x1="${LEFT + PLOT.width + 24}" x2="${LEFT + PLOT.width + 48}" y1="${name}" y2="${name}" stroke="${color}" stroke-width="2"${dashes}/>
      <text x="${LEFT + PLOT.width + 54}" y="${name + 4}">${escapeHtml(subject)}</text>`;
  });
  const height = Math.max(HEIGHT, TOP + 20 + lines.length * 18);
  return `<svg viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" role="img" font-family="system-ui, sans-serif" font-size="12">
    <title>${escapeHtml(title)}</title><text x="0" y="16" font-weight="600">${escapeHtml(title)}</text>
    ${up.join('')}${across.join('')}${lines.join('')}</svg>`;
}

/** Puts the least value at one end and the greatest at the other, by their logarithms. */
function scale(values: readonly number[], from: number, to: number) {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const span = Math.log(most) - Math.log(least);
  const share = (value: number): number => (span === 0 ? 0.5 : (Math.log(value) - Math.log(least)) / span);
  return { least, most, at: (value: number): number => Math.round(from + share(value) * (to - from)) };
}
