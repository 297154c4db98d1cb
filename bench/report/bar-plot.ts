import { type Row } from '../harness/recorder.js';
import { escapeHtml } from './escape-html.js';
import { number } from './format.js';

const WIDTH = 960;
const LABELS = 430;
const BAR = 22;

/** Horizontal bars from zero, the median written behind each. */
export function barPlot(title: string, rows: readonly Row[]): string {
  const most = Math.max(...rows.map(({ max }) => max), Number.MIN_VALUE);
  const scale = (value: number): number => (value / most) * (WIDTH - LABELS - 110);
  const height = 30 + rows.length * (BAR + 8);
  const bars = rows.map((row, index) => {
    const y = 30 + index * (BAR + 8);
    const middle = y + BAR / 2;
    const from = LABELS + scale(row.min);
    const to = LABELS + scale(row.max);
    return `<text x="${LABELS - 8}" y="${middle + 4}" text-anchor="end">${escapeHtml(row.subject)}</text>
      <rect x="${LABELS}" y="${y}" width="${scale(row.median).toFixed(1)}" height="${BAR}" fill="#5b8ac6"/>
      <line x1="${from.toFixed(1)}" x2="${to.toFixed(1)}" y1="${middle}" y2="${middle}" stroke="#1b1b1b"/>
      <text x="${(to + 6).toFixed(1)}" y="${middle + 4}">${number(row.median)} ${escapeHtml(row.unit)}</text>`;
  });
  return `<svg viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" role="img" font-family="system-ui, sans-serif" font-size="12">
    <title>${escapeHtml(title)}</title><text x="0" y="16" font-weight="600">${escapeHtml(title)}</text>${bars.join('')}</svg>`;
}
