import { RefreshTokenVault } from '#accounts';
import { PERSON_FIELDS } from '#contact';
import { eventJsonSchemas } from '#contact-events';
import { hasKafka } from '#kafka';
import { type Configuration, formatDuration, type Role, ROLES } from '#platform';
import { ROW_RULES } from '#read-model';

import { VERSION } from '../version.js';

/** What processes that share a database are to have in common. */
export interface SharedSetting {
  /** Of a variable, or what is written into the program. */
  readonly name: string;
  /** Who works by it; the others may have it as they like. */
  readonly roles: readonly Role[];
  /** A process that differs from one that runs does not start; else it says so, and works. */
  readonly doesHarm: boolean;
  /** For people, and never a secret. */
  readonly value: (configuration: Configuration) => string;
  /** Of two values; left out: they are to be the same. */
  readonly agree?: (one: string, other: string) => boolean;
  /** What agreeing means, where it is not that. */
  readonly rule?: string;
}

const off = (milliseconds: number | null): string =>
  milliseconds === null ? 'off' : formatDuration(milliseconds);

/** What one process writes, another one would misunderstand, or undo. */
const HARMFUL: readonly Omit<SharedSetting, 'doesHarm'>[] = [
  {
    name: 'ENCRYPTION_KEY',
    roles: ROLES,
    value: ({ ENCRYPTION_KEY }) => new RefreshTokenVault(ENCRYPTION_KEY).keyIds.join('+'),
    // While keys are rotated they differ; what one encrypts, the other has to decrypt.
    agree: (one, other) => {
      const [ones, others] = [one.split('+'), other.split('+')];
      return others.includes(ones[0] ?? '') && ones.includes(others[0] ?? '');
    },
    rule: "these are ids of keys, and the first of each process has to be among the other's",
  },
  {
    name: 'KAFKA_BROKERS',
    roles: ROLES,
    value: (configuration) => (hasKafka(configuration) ? 'set' : 'not set'),
  },
  {
    name: 'KAFKA_TOPIC_PREFIX',
    roles: ROLES,
    value: ({ KAFKA_TOPIC_PREFIX }) => JSON.stringify(KAFKA_TOPIC_PREFIX),
  },
];

const RETENTIONS = [
  'RETENTION_DELETED_CONTACTS',
  'RETENTION_QUARANTINE',
  'RETENTION_DEAD_LETTERS',
  'RETENTION_RUNS',
  'RETENTION_HELD_DELETIONS',
  'RETENTION_AUDIT',
] as const;

/** Some are changed by one process after the other on purpose, those of the program by an upgrade. */
const HARMLESS: readonly Omit<SharedSetting, 'doesHarm'>[] = [
  // A sync token belongs to it: as long as they differ, each reads the whole list after the other.
  {
    name: 'SYNC_PAGE_SIZE',
    roles: ['api', 'scheduler'],
    value: ({ SYNC_PAGE_SIZE }) => String(SYNC_PAGE_SIZE),
  },
  { name: 'SYNC_INTERVAL', roles: ['api', 'scheduler'], value: (own) => off(own.SYNC_INTERVAL) },
  {
    name: 'SYNC_INTERVAL_MAX',
    roles: ['api', 'scheduler'],
    value: (own) => off(own.SYNC_INTERVAL_MAX ?? null),
  },
  { name: 'SYNC_CRON', roles: ['api', 'scheduler'], value: (own) => own.SYNC_CRON ?? 'not set' },
  { name: 'FULL_SYNC_INTERVAL', roles: ['api', 'scheduler'], value: (own) => off(own.FULL_SYNC_INTERVAL) },
  {
    name: 'DELETION_GUARD',
    roles: ['api', 'scheduler'],
    value: ({ DELETION_GUARD: guard }) =>
      guard === null ? 'off' : `${Math.round(guard.share * 100)}%,${guard.count}`,
  },
  { name: 'DEFAULT_REGION', roles: ['api'], value: (own) => own.DEFAULT_REGION ?? 'not set' },
  // The shortest wins.
  ...RETENTIONS.map((name) => ({
    name,
    roles: ['scheduler'] as const,
    value: (own: Configuration) => off(own[name]),
  })),
  { name: 'KAFKA_PARTITIONS', roles: ['relay'], value: (own) => String(own.KAFKA_PARTITIONS) },
  { name: 'version', roles: ROLES, value: () => VERSION },
  { name: 'fields asked of Google', roles: ['scheduler'], value: () => PERSON_FIELDS.join('+') },
  {
    name: 'event schemas',
    roles: ROLES,
    value: () =>
      Object.entries(eventJsonSchemas)
        .map(([name, versions]) => `${name}/${Object.keys(versions).join('/')}`)
        .join('+'),
  },
  { name: 'rules of the read model', roles: ['projector'], value: () => String(ROW_RULES) },
];

export const SHARED_SETTINGS: readonly SharedSetting[] = [
  ...HARMFUL.map((setting) => ({ ...setting, doesHarm: true })),
  ...HARMLESS.map((setting) => ({ ...setting, doesHarm: false })),
];

/** What a process says that it runs with. */
export function runsWith(configuration: Configuration): Record<string, string> {
  return Object.fromEntries(
    SHARED_SETTINGS.filter(({ roles }) => roles.some((role) => configuration.ROLES.has(role))).map(
      ({ name, value }) => [name, value(configuration)],
    ),
  );
}
