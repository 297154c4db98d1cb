import { csvRow } from '#platform';

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

/** How an entry is written in a file. Some cells of CSV hold what callers sent. */
export const WRITINGS: Readonly<Record<ExportFormat, Writing>> = {
  jsonl: {
    contentType: 'application/jsonl; charset=utf-8',
    head: '',
    line: (entry) => `${JSON.stringify(entry)}\n`,
  },
  csv: {
    contentType: 'text/csv; charset=utf-8; header=present',
    head: csvRow(Object.keys(COLUMNS)),
    line: (entry) => csvRow(Object.values(COLUMNS).map((column) => String(column(entry) ?? ''))),
  },
};
