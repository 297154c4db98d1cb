import { type AuditEntryAnswer } from './audit-answer.js';

export const EXPORT_FORMATS = ['jsonl', 'csv'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

interface Writing {
  readonly contentType: string;
  readonly head: string;
  readonly line: (entry: AuditEntryAnswer) => string;
}

const COLUMNS: Readonly<Record<string, (entry: AuditEntryAnswer) => string | number | null>> = {
  id: ({ id }) => id,
  occurredAt: ({ occurredAt }) => occurredAt,
  actorKind: ({ actor }) => actor.kind,
  actorName: ({ actor }) => actor.name,
  action: ({ action }) => action,
  accountId: ({ accountId }) => accountId,
  object: ({ object }) => object,
  reason: ({ reason }) => reason,
  outcome: ({ outcome }) => outcome,
  code: ({ code }) => code,
  count: ({ count }) => count,
  requestId: ({ requestId }) => requestId,
  settledAt: ({ settledAt }) => settledAt,
};

/** How an entry is written in a file. CSV is that of RFC 4180. */
export const WRITINGS: Readonly<Record<ExportFormat, Writing>> = {
  jsonl: {
    contentType: 'application/jsonl; charset=utf-8',
    head: '',
    line: (entry) => `${JSON.stringify(entry)}\n`,
  },
  csv: {
    contentType: 'text/csv; charset=utf-8; header=present',
    head: row(Object.keys(COLUMNS)),
    line: (entry) => row(Object.values(COLUMNS).map((column) => String(column(entry) ?? ''))),
  },
};

function row(cells: readonly string[]): string {
  return `${cells.map(cell).join(',')}\r\n`;
}

/** Some cells hold what callers sent: no program is to take one for a formula (OWASP, CSV injection). */
function cell(text: string): string {
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
