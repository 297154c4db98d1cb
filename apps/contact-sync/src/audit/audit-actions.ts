/** Each action that a caller's entry may name, and what the id in the address of its route is of. docs/audit.md tells them. */
export const AUDIT_ACTIONS = {
  'sync.run': 'object',
  'sync.dry-run': 'object',
  'run.cancel': 'object',
  'held-deletions.approve': 'object',
  'held-deletions.reject': 'object',
  'quarantine.replay': 'object',
  'quarantine.discard': 'object',
  'dead-letter.replay': 'object',
  'dead-letter.discard': 'object',
  'rebuild.request': 'object',
  'rebuild.cancel': 'object',
  'verify.run': 'object',
  'account.connect': 'account',
  'account.change': 'account',
  'account.disconnect': 'account',
  'account.erase': 'account',
  'connect-link.create': 'object',
  'sign-in.begin': 'object',
  'sign-in.complete': 'object',
  'token.issue': 'object',
  'token.revoke': 'object',
  'session.open': 'object',
  'session.end': 'object',
  'audit.export': 'object',
  'contacts.export': 'object',
  'simulator.change': 'object',
} as const satisfies Readonly<Record<string, 'account' | 'object'>>;

export type AuditAction = keyof typeof AUDIT_ACTIONS;

/** Of a refusal at a route that is not audited itself, and of one before any route was found. */
export const READ = 'read';
export const REQUEST = 'request';
