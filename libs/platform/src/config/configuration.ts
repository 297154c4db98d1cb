import { validateCronExpression } from 'cron';
import { isSupportedCountry } from 'libphonenumber-js/max';
import { z } from 'zod';

import { parseApiTokens } from './api-tokens.js';
import { parseDuration } from './duration.js';

export const ROLES = ['api', 'scheduler', 'relay', 'projector'] as const;
export type Role = (typeof ROLES)[number];

const DATABASE_HINT =
  'postgres://user:password@host:5432/database (`npm start` needs none: it brings a PostgreSQL of its own).';

const duration = (example: string) =>
  z.string().transform((text, context) => durationOf(text, `such as ${example}`, context));

function intervalOrOff(text: string, context: z.RefinementCtx): number | null {
  return text === 'off' ? null : durationOf(text, 'such as 5m, or off', context);
}

function durationOf(text: string, example: string, context: z.RefinementCtx): number {
  const milliseconds = parseDuration(text);
  if (milliseconds !== null) return milliseconds;
  context.addIssue({ code: 'custom', message: `a number and s, m, h or d, ${example}` });
  return z.NEVER;
}

const whole = (smallest: number, largest: number) =>
  z
    .string()
    .regex(/^\d+$/, `a whole number from ${smallest} to ${largest}`)
    .transform(Number)
    .refine(
      (value) => value >= smallest && value <= largest,
      `a whole number from ${smallest} to ${largest}`,
    );

const url = z
  .url({ protocol: /^https?$/, error: 'an http or https URL' })
  .transform((text) => (text.endsWith('/') ? text.slice(0, -1) : text));

const list = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
);

const flag = z.enum(['true', 'false'], 'true or false').transform((text) => text === 'true');

const encryptionKeys = list.transform((keys, context) => {
  const decoded = keys.map((key) => Buffer.from(key, 'base64'));
  if (decoded.length === 0 || decoded.some((key) => key.length !== 32)) {
    context.addIssue({
      code: 'custom',
      message: '32 bytes in base64 (openssl rand -base64 32); several with commas',
    });
    return z.NEVER;
  }
  return decoded;
});

const deletionGuard = z.string().transform((text, context): { share: number; count: number } | null => {
  if (text === 'off') return null;
  const [, share, count] = /^(\d{1,3})%,(\d{1,9})$/.exec(text) ?? [];
  if (share === undefined || count === undefined || Number(share) > 100) {
    context.addIssue({ code: 'custom', message: 'a share and a count, such as 20%,50, or off' });
    return z.NEVER;
  }
  return { share: Number(share) / 100, count: Number(count) };
});

const apiTokens = z.string().transform((text, context) => {
  try {
    return parseApiTokens(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: `a list of tokens; it ${(error as Error).message}` });
    return z.NEVER;
  }
});

const country = z.string().transform((text, context) => {
  const code = text.toUpperCase();
  if (isSupportedCountry(code)) return code;
  context.addIssue({ code: 'custom', message: 'the two letters of a country (ISO 3166), such as DE' });
  return z.NEVER;
});

const required = (hint: string) => z.string({ error: hint }).min(1, hint);

/** Every variable the service reads, what is allowed, and what leaving it out means. */
const variables = {
  HOST: z.string().default('127.0.0.1'),
  PORT: whole(0, 65_535).default(3000),
  DATABASE_URL: required(DATABASE_HINT).refine(
    (text) => /^postgres(ql)?:\/\//.test(text) && URL.canParse(text),
    'a postgres:// URL',
  ),
  DATABASE_DIRECT_URL: z.string().optional(),
  DATA_DIR: z.string().default('.data'),
  ROLES: list
    .pipe(z.array(z.enum(ROLES, `a comma list of ${ROLES.join(', ')}`)).min(1))
    .transform((roles) => new Set<Role>(roles))
    .default(new Set(ROLES)),
  API_TOKENS: apiTokens.default([]),
  ENCRYPTION_KEY: z.string({ error: '32 bytes in base64: openssl rand -base64 32' }).pipe(encryptionKeys),
  GOOGLE_CLIENT_ID: required(
    'the id of an OAuth client of a Google Cloud project, or run `npm start`, which brings a simulated Google',
  ),
  GOOGLE_CLIENT_SECRET: required('the secret of that OAuth client'),
  GOOGLE_REFRESH_TOKEN: z.string().optional(),
  PEOPLE_API_URL: url.default('https://people.googleapis.com'),
  GOOGLE_OAUTH_AUTH_URL: url.default('https://accounts.google.com/o/oauth2/v2/auth'),
  GOOGLE_OAUTH_TOKEN_URL: url.default('https://oauth2.googleapis.com/token'),
  GOOGLE_OAUTH_REVOKE_URL: url.default('https://oauth2.googleapis.com/revoke'),
  PUBLIC_URL: url.optional(),
  SYNC_INTERVAL: z
    .string()
    .transform(intervalOrOff)
    .default(5 * 60_000),
  SYNC_CRON: z
    .string()
    .refine((text) => validateCronExpression(text).valid, 'a cron expression, such as 0 */2 * * *')
    .optional(),
  FULL_SYNC_INTERVAL: duration('6d').default(6 * 86_400_000),
  SYNC_PAGE_SIZE: whole(1, 1000).default(1000),
  DELETION_GUARD: deletionGuard.default({ share: 0.2, count: 50 }),
  DEFAULT_REGION: country.optional(),
  KAFKA_BROKERS: list.default([]),
  KAFKA_TOPIC_PREFIX: z
    .string()
    .regex(/^[A-Za-z0-9._-]*$/, 'letters, digits, dots, underscores and hyphens')
    .default(''),
  KAFKA_PARTITIONS: whole(1, 10_000).default(12),
  KAFKA_REPLICATION_FACTOR: whole(1, 100).optional(),
  KAFKA_PUBLISHER: z.enum(['kafkajs', 'platformatic'], 'kafkajs or platformatic').default('kafkajs'),
  KAFKA_SSL: flag.default(false),
  KAFKA_SASL_MECHANISM: z
    .enum(['plain', 'scram-sha-256', 'scram-sha-512'], 'plain, scram-sha-256 or scram-sha-512')
    .optional(),
  KAFKA_SASL_USERNAME: z.string().optional(),
  KAFKA_SASL_PASSWORD: z.string().optional(),
  MIGRATE_ON_START: flag.default(true),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
} as const;

export const configurationVariables: readonly string[] = Object.keys(variables);

const schema = z.object(variables).superRefine((values, context) => {
  checkSasl(values, context);
  if (values.API_TOKENS.length === 0 && !['127.0.0.1', 'localhost', '::1'].includes(values.HOST)) {
    context.addIssue({
      code: 'custom',
      path: ['HOST'],
      message:
        'a loopback address, unless API_TOKENS is set: everyone who reaches it could read the contacts',
    });
  }
});

function checkSasl(
  values: { KAFKA_SASL_MECHANISM?: unknown; KAFKA_SASL_USERNAME?: unknown; KAFKA_SASL_PASSWORD?: unknown },
  context: z.RefinementCtx,
): void {
  if (
    values.KAFKA_SASL_MECHANISM !== undefined &&
    !(values.KAFKA_SASL_USERNAME && values.KAFKA_SASL_PASSWORD)
  ) {
    context.addIssue({
      code: 'custom',
      path: ['KAFKA_SASL_USERNAME'],
      message: 'set, with KAFKA_SASL_PASSWORD, where KAFKA_SASL_MECHANISM is',
    });
  }
}

type Values = z.output<typeof schema>;

/** The service's configuration, checked and typed. */
export type Configuration = Omit<Values, 'DATABASE_DIRECT_URL' | 'PUBLIC_URL'> & {
  readonly DATABASE_DIRECT_URL: string;
  readonly PUBLIC_URL: string;
};

export type DatabaseConfiguration = Pick<Configuration, 'DATABASE_URL' | 'DATABASE_DIRECT_URL' | 'LOG_LEVEL'>;

export type KafkaConfiguration = Pick<
  Configuration,
  Exclude<Extract<keyof Configuration, `KAFKA_${string}`>, 'KAFKA_PUBLISHER'>
>;

/** What publishing events by hand needs. */
export type PublishingConfiguration = DatabaseConfiguration &
  KafkaConfiguration &
  Pick<Configuration, 'PUBLIC_URL'>;

type Environment = Readonly<Record<string, string | undefined>>;

/** A variable that is missing or wrong; its message names it, shows it (secrets masked) and says what is allowed. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}

const SECRET = /KEY|SECRET|TOKEN|PASSWORD|DATABASE/;

/**
 * Reads the environment. An empty variable counts as not set, as compose files leave them.
 *
 * @throws ConfigurationError for the first variable that is missing or wrong
 */
export function readConfiguration(environment: Environment): Configuration {
  const values = check(schema, environment);
  return {
    ...values,
    DATABASE_DIRECT_URL: values.DATABASE_DIRECT_URL ?? values.DATABASE_URL,
    PUBLIC_URL: values.PUBLIC_URL ?? localUrl(values.HOST, values.PORT),
  };
}

const databaseSchema = z.object({
  DATABASE_URL: variables.DATABASE_URL,
  DATABASE_DIRECT_URL: variables.DATABASE_DIRECT_URL,
  LOG_LEVEL: variables.LOG_LEVEL,
});

/** The part that migrating needs. @throws ConfigurationError as {@link readConfiguration} does */
export function readDatabaseConfiguration(environment: Environment): DatabaseConfiguration {
  const values = check(databaseSchema, environment);
  return { ...values, DATABASE_DIRECT_URL: values.DATABASE_DIRECT_URL ?? values.DATABASE_URL };
}

const publishingSchema = databaseSchema
  .extend({
    HOST: variables.HOST,
    PORT: variables.PORT,
    PUBLIC_URL: variables.PUBLIC_URL,
    KAFKA_BROKERS: required('the brokers, as a comma list of host:port').pipe(list),
    KAFKA_TOPIC_PREFIX: variables.KAFKA_TOPIC_PREFIX,
    KAFKA_PARTITIONS: variables.KAFKA_PARTITIONS,
    KAFKA_REPLICATION_FACTOR: variables.KAFKA_REPLICATION_FACTOR,
    KAFKA_SSL: variables.KAFKA_SSL,
    KAFKA_SASL_MECHANISM: variables.KAFKA_SASL_MECHANISM,
    KAFKA_SASL_USERNAME: variables.KAFKA_SASL_USERNAME,
    KAFKA_SASL_PASSWORD: variables.KAFKA_SASL_PASSWORD,
  })
  .superRefine(checkSasl);

/** The part that publishing events by hand needs. @throws ConfigurationError as {@link readConfiguration} does */
export function readPublishingConfiguration(environment: Environment): PublishingConfiguration {
  const { HOST, PORT, ...values } = check(publishingSchema, environment);
  return {
    ...values,
    DATABASE_DIRECT_URL: values.DATABASE_DIRECT_URL ?? values.DATABASE_URL,
    PUBLIC_URL: values.PUBLIC_URL ?? localUrl(HOST, PORT),
  };
}

function check<T>(expected: z.ZodType<T>, environment: Environment): T {
  const given = Object.fromEntries(
    configurationVariables
      .map((name) => [name, environment[name]?.trim()] as const)
      .filter(([, value]) => value !== undefined && value !== ''),
  );
  const result = expected.safeParse(given);
  if (!result.success) throw new ConfigurationError(describe(result.error.issues[0], given));
  return result.data;
}

function describe(
  issue: z.core.$ZodIssue | undefined,
  given: Readonly<Record<string, string | undefined>>,
): string {
  const name = String(issue?.path[0] ?? 'configuration');
  const value = given[name];
  const allowed = issue?.message ?? 'a valid value';
  if (value === undefined) return `${name} is not set. It must be ${allowed}`;
  return `${name} is ${SECRET.test(name) ? '(hidden)' : JSON.stringify(value)}, but must be ${allowed}`;
}

function localUrl(host: string, port: number): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
