import { join } from 'node:path';

import { z } from 'zod';

import { parseApiTokens, SCOPES } from './api-tokens.js';
import { country } from './country.js';
import { cronProblem } from './cron-problem.js';
import { databaseUrlProblem } from './database-url-problem.js';
import { LONGEST_DAYS, parseDuration } from './duration.js';
import { parseOidcScopes } from './oidc-scopes.js';
import { serviceAccountKey } from './service-account-key.js';
import { proxyOf, type ProxySettings, ProxyUnusable } from './proxy.js';
import { PLAIN_TRANSPORTS, plainTransportProblem, type TransportSettings } from './plain-transports.js';
import { parseRateLimit, type RateLimit } from './rate-limit.js';
import { readSecretFile, SecretFileUnusable } from './secret-file.js';
import { isThisMachine } from './this-machine.js';
import { isAddressOrNetwork, TRUSTED_PROXIES_HINT } from './trusted-proxies.js';

export const ROLES = ['api', 'scheduler', 'relay', 'projector'] as const;
export type Role = (typeof ROLES)[number];

const ROLES_HINT = `a comma list of ${ROLES.join(', ')}`;

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

const DATABASE_HINT =
  'postgres://user:password@host:5432/database (`npm start` needs none: it brings a PostgreSQL of its own).';

/** @param byDefault what leaving it out means */
const duration = (byDefault: string) =>
  z
    .string()
    .transform((text, context) => durationOf(text, `such as ${byDefault}`, context))
    .prefault(byDefault);

/** The same, or null: off */
const durationOrOff = (byDefault: string) =>
  z
    .string()
    .transform((text, context): number | null =>
      text === 'off' ? null : durationOf(text, `such as ${byDefault}, or off`, context),
    )
    .prefault(byDefault);

function durationOf(text: string, example: string, context: z.RefinementCtx): number {
  const milliseconds = parseDuration(text);
  if (milliseconds !== null) return milliseconds;
  const message = `a number and s, m, h or d, from 1s to ${LONGEST_DAYS}d, ${example}`;
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
}

/** A refusal in words that depend on what is wrong with the value. @param problem null: nothing is */
function unless(problem: (text: string) => string | null) {
  return z.string().check(({ value, issues }) => {
    const message = problem(value);
    if (message !== null) issues.push({ code: 'custom', message, input: value });
  });
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

const HTTP_URL = 'an http or https URL without a user, a password or a #';

const url = z.url({ protocol: /^https?$/, error: HTTP_URL, abort: true }).refine((text) => {
  const { username, password, hash } = new URL(text);
  return username === '' && password === '' && hash === '' && !text.endsWith('#');
}, HTTP_URL);

/** Of which paths are made. */
const rootUrl = url
  .refine((text) => !text.includes('?'), `${HTTP_URL}, and without a ?`)
  .transform((text) => text.replace(/\/+$/, ''));

const list = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
);

const ORIGINS = 'a comma list of origins, such as https://app.example: http or https, a host, and no path';

const origins = list.refine(
  (all) => all.every((text) => URL.canParse(text) && /^https?:/.test(text) && new URL(text).origin === text),
  ORIGINS,
);

const PLAINTEXT_HINT = `a comma list of ${PLAIN_TRANSPORTS.join(', ')}`;

const plaintext = list.pipe(z.array(z.enum(PLAIN_TRANSPORTS, PLAINTEXT_HINT)));

const flag = z.enum(['true', 'false'], 'true or false').transform((text) => text === 'true');

/** null: off */
const rateLimit = z.string().transform((text, context): RateLimit | null => {
  const limit = text === 'off' ? null : parseRateLimit(text);
  if (limit !== null || text === 'off') return limit;
  const message = 'a number of calls and a time, such as 3000/10s, or off';
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
});

const trustedProxies = list.refine((all) => all.every(isAddressOrNetwork), TRUSTED_PROXIES_HINT);

/** Who sees a page that holds no contact: everybody, who has a token, nobody. */
const visibility = z.enum(['open', 'token', 'off'], 'open, token or off');

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
    const message = 'a share from 0% to 100% and a count from 0 to 999999999, such as 20%,50, or off';
    context.addIssue({ code: 'custom', message });
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

const LOOPBACK = ['127.0.0.1', 'localhost', '::1', '[::1]'];

const issuer = url.refine((text) => {
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || LOOPBACK.includes(hostname);
}, 'an https URL, as the provider calls itself; http only on this machine');

const oidcScopes = z.string().transform((text, context) => {
  const scopes = parseOidcScopes(text);
  if (scopes !== null) return scopes;
  const message = `a comma list of group=scope+scope, such as sync-ops=operate, of the scopes ${SCOPES.join(', ')}`;
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
});

const BROKERS = 'a comma list of host:port, with ports from 1 to 65535';

const brokers = list.refine(
  (all) =>
    all.length > 0 &&
    all.every((broker) => isPort(/^(?:[^\s:/@[\]]+|\[[\da-fA-F:.]+\]):(\d{1,5})$/.exec(broker)?.[1])),
  BROKERS,
);

function isPort(digits: string | undefined): boolean {
  return Number(digits) >= 1 && Number(digits) <= 65_535;
}

const databaseUrl = unless(databaseUrlProblem);

const TRACE_SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

const SHARE = 'a number from 0 to 1, such as 0.25';

const share = z
  .string()
  .regex(/^\d(?:\.\d+)?$/, SHARE)
  .transform(Number)
  .refine((value) => value <= 1, SHARE);

/** As baggage is written: https://opentelemetry.io/docs/specs/otel/protocol/exporter/#specifying-headers-via-environment-variables */
const otlpHeaders = list.transform((pairs, context): Readonly<Record<string, string>> => {
  const headers = pairs.map((pair) => /^([^=\s]+)\s*=\s*(.+)$/.exec(pair));
  try {
    if (headers.every((pair) => pair !== null)) {
      return Object.fromEntries(
        headers.map(([, name = '', value = '']) => [name, decodeURIComponent(value)]),
      );
    }
  } catch {
    // Told below.
  }
  const message = 'a comma list of name=value, with values percent-encoded';
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
});

const required = (hint: string) => z.string({ error: hint }).min(1, hint);

/**
 * Every variable the service reads, by the tables of docs/configuration.md, which are made from it: what is allowed, what
 * leaving it out means (text is read as the variable's would be), and what it is for.
 */
const SECTIONS = {
  Service: {
    HOST: z
      .string()
      .regex(/^[\w.:%-]{1,253}$/, 'a name or an address of this machine')
      .prefault('127.0.0.1')
      .describe(
        'name or address of this machine to listen on; one that is not loopback is refused without ' +
          '`API_TOKENS` or `OIDC_ISSUER`',
      ),
    PORT: whole(0, 65_535).prefault('3000').describe('port to listen on, 0 to 65535; `0` takes a free one'),
    PUBLIC_URL: rootUrl.optional().meta({
      description:
        "the service's own address as others see it, an http or https URL without `?` and `#`: OAuth " +
        'redirect, links in events',
      default: 'http://HOST:PORT',
    }),
    RETURN_URLS: origins
      .default([])
      .describe(
        'comma list of origins, such as `https://app.example`, that a [connect ' +
          'link](api.md#connect-links) may send browsers back to',
      ),
    API_TOKENS: apiTokens.default([]).describe('who may call: see [API tokens](#api-tokens)'),
    SESSION_LIFETIME: duration('12h').describe(
      'how long a [session](api.md#tokens-and-sessions) of a browser lasts at most, a number and `s`, ' +
        '`m`, `h` or `d`',
    ),
    SESSION_IDLE: duration('1h').describe('how long it lasts without a call'),
    METRICS: visibility
      .prefault('open')
      .describe(
        'who sees `/metrics`: `open`, everybody who reaches it; `token`, who has the scope `operate`; ' +
          '`off`, nobody. It tells nothing of a contact',
      ),
    API_DOCS: visibility
      .prefault('token')
      .describe(
        'who sees `/api/docs`, `/api/openapi.json`, `/api/asyncapi` and `/api/asyncapi.json`: `open`, ' +
          'everybody; `token`, who has any token; `off`, nobody',
      ),
    DASHBOARD: z
      .enum(['on', 'off'], 'on or off')
      .prefault('on')
      .describe(
        'whether a process with the role `api` serves [the page](operations.md#the-page) at `/`: `on` or ' +
          '`off`',
      ),
    ALLOW_PLAINTEXT: plaintext
      .default([])
      .describe(
        'comma list of `postgres`, `kafka`, `google`, `public`, `traces`: what may be reached ' +
          '[unencrypted](#encryption-on-the-way) off this machine',
      ),
    TRUSTED_PROXIES: trustedProxies
      .default([])
      .describe(
        'comma list of addresses and networks (`10.0.0.0/8`) of proxies whose `X-Forwarded-For`, `-Proto` ' +
          'and `-Host` are believed; set it behind a proxy, or all callers share its address',
      ),
    RATE_LIMIT: rateLimit
      .prefault('3000/10s')
      .describe(
        'calls that a token, or an address without one, may make in a time; `off` for no ' +
          '[limit](api.md#limits)',
      ),
    ROLES: list
      .pipe(z.array(z.enum(ROLES, ROLES_HINT)).min(1, ROLES_HINT))
      .transform((roles) => new Set<Role>(roles))
      .prefault(ROLES.join(','))
      .describe('what this process does: see [roles](operations.md#roles-and-processes)'),
    LOG_LEVEL: z
      .enum(LOG_LEVELS, `one of ${LOG_LEVELS.join(', ')}`)
      .prefault('info')
      .describe(
        '`fatal`, `error`, `warn`, `info`, `debug`, `trace` or `silent`; JSON lines, readable ones on a ' +
          'terminal',
      ),
  },
  PostgreSQL: {
    DATABASE_URL: required(DATABASE_HINT)
      .pipe(databaseUrl)
      .describe(
        '`postgres://user:password@host:5432/database`; in user and password `#`, `?`, `/` and `%` are ' +
          'percent-encoded, as `%23`, `%3F`, `%2F` and `%25`',
      ),
    DATABASE_DIRECT_URL: databaseUrl.optional().meta({
      description:
        'a connection past a [transaction pooler](operations.md#behind-a-transaction-pooler), which must ' +
        'be set behind one',
      default: 'DATABASE_URL',
    }),
    DATABASE_MIGRATE_URL: databaseUrl.optional().meta({
      description:
        'a connection past a pooler too, as the role that [migrates](operations.md#the-database-role), ' +
        "where the service's own may not",
      default: 'DATABASE_DIRECT_URL',
    }),
    MIGRATE_ON_START: flag
      .prefault('true')
      .describe(
        '`false`: refuse to start on an old schema instead of [bringing it up to ' +
          'date](operations.md#migrations)',
      ),
    ENCRYPTION_KEY: z
      .string({ error: '32 bytes in base64: openssl rand -base64 32' })
      .pipe(encryptionKeys)
      .describe(
        "32 bytes in base64 (`openssl rand -base64 32`), which encrypt Google's refresh tokens; several " +
          'with commas for [rotation](operations.md#the-encryption-key)',
      ),
    DATA_DIR: z
      .string()
      .prefault('.data')
      .describe(
        'where `npm start` and `npm run kafka` keep their data; the service itself keeps the `ERASURE_LEDGER` there',
      ),
  },
  Google: {
    GOOGLE_CLIENT_ID: required(
      'the id of an OAuth client of a Google Cloud project, or run `npm start`, which brings a simulated Google',
    ).describe('the id of the OAuth client'),
    GOOGLE_CLIENT_SECRET: required('the secret of that OAuth client').describe('its secret'),
    GOOGLE_REFRESH_TOKEN: z
      .string()
      .optional()
      .describe(
        'connects the account of [whomever it is of](google-setup.md#connect-an-account), as `default`, ' +
          'at start',
      ),
    GOOGLE_SERVICE_ACCOUNT_FILE: serviceAccountKey
      .optional()
      .describe(
        'file with the JSON key of a service account that [acts for ' +
          'persons](google-setup.md#domain-wide-delegation)',
      ),
    GOOGLE_QUOTA_PER_MINUTE: whole(1, 1_000_000)
      .optional()
      .describe(
        "requests a minute to the People API that Google lets the project make, as Google's console shows them, for " +
          'all processes together; the same in each. Left out, [it is learned](operations.md#googles-quota)',
      ),
    GOOGLE_QUOTA_PER_PERSON_PER_MINUTE: whole(1, 1_000_000).optional().describe('the same of each person'),
    PEOPLE_API_URL: rootUrl
      .prefault('https://people.googleapis.com')
      .describe('root of the People API, a URL without `?` and `#`'),
    GOOGLE_OAUTH_AUTH_URL: url
      .prefault('https://accounts.google.com/o/oauth2/v2/auth')
      .describe('where people sign in'),
    GOOGLE_OAUTH_TOKEN_URL: url
      .prefault('https://oauth2.googleapis.com/token')
      .describe('where tokens are issued'),
    GOOGLE_OAUTH_REVOKE_URL: url
      .prefault('https://oauth2.googleapis.com/revoke')
      .describe('where tokens are revoked'),
    HTTPS_PROXY: z
      .string()
      .optional()
      .describe('the [proxy](#proxies) for https URLs: `http://user:password@host:port`'),
    HTTP_PROXY: z.string().optional().describe('the same for http URLs'),
    NO_PROXY: z.string().optional().describe('comma list of hosts that are asked directly'),
  },
  Syncs: {
    SYNC_INTERVAL: durationOrOff('5m').describe(
      'time between scheduled syncs of an account: a number and `s`, `m`, `h` or `d`, from `1s` to ' +
        '`3650d`; `off` for none. Interrupted runs go on in any case',
    ),
    SYNC_INTERVAL_MAX: z
      .string()
      .transform((text, context) => durationOf(text, 'such as 1h', context))
      .optional()
      .describe(
        'lets accounts whose contacts do not change be synced [less often](operations.md#quiet-accounts), so long apart at ' +
          'most; not with `SYNC_CRON`, nor for accounts with an interval of their own',
      ),
    SYNC_CRON: unless(cronProblem)
      .optional()
      .describe(
        'a cron expression in place of `SYNC_INTERVAL`: all connected accounts at those times. It must ' +
          'have a next date within 8 years',
      ),
    FULL_SYNC_INTERVAL: duration('6d').describe(
      "the first scheduled sync after so long, from `1s` to `3650d`, is a full one; Google's sync " +
        'tokens live 7 days. Each account has a share of its own of up to a tenth by which that is sooner, so that ' +
        'not all have it at one time',
    ),
    SYNC_CONCURRENCY: whole(1, 100)
      .prefault('4')
      .describe(
        'accounts that a process syncs side by side, 1 to 100, without those that Google has kept waiting for 2 s ' +
          '(for 250 ms where the last run failed, or its process died in it); full syncs that the schedule asks for ' +
          'take half of the places at most',
      ),
    SYNC_PAGE_SIZE: whole(1, 1000)
      .prefault('1000')
      .describe('persons a page, 1 to 1000; a change makes the next sync a full one'),
    DELETION_GUARD: deletionGuard
      .prefault('20%,50')
      .describe(
        'deletions that a full sync infers are [held](operations.md#held-deletions) when they exceed both ' +
          'this share of the live contacts (0% to 100%) and this count (up to 999999999); `off` for no such ' +
          'limit',
      ),
  },
  Contacts: {
    DEFAULT_REGION: country
      .optional()
      .describe(
        'where phone numbers are dialled that do not tell their country: two letters (ISO 3166), such as ' +
          '`DE`; an [account](api.md#the-region-of-an-account) may have its own',
      ),
  },
  Retention: {
    RETENTION_DELETED_CONTACTS: durationOrOff('90d').describe(
      'how long the [details of a contact](operations.md#deleted-contacts) are kept after its deletion; `off`, here and for what follows: for ever',
    ),
    RETENTION_QUARANTINE: durationOrOff('30d').describe(
      'the payload of a quarantine entry, after it was closed',
    ),
    RETENTION_DEAD_LETTERS: durationOrOff('30d').describe('a dead letter, after it was closed'),
    RETENTION_RUNS: durationOrOff('90d').describe('a run, after it was over'),
    RETENTION_HELD_DELETIONS: durationOrOff('90d').describe(
      'a set of [held deletions](operations.md#held-deletions) that nobody decides on',
    ),
    RETENTION_AUDIT: durationOrOff('400d').describe('an entry of the [audit](audit.md)'),
  },
  Erasures: {
    ERASURE_LEDGER: z
      .string()
      .optional()
      .meta({
        description:
          'the file that knows which accounts were [erased](operations.md#erased-accounts), for a service ' +
          'without Kafka; with Kafka it is the topic `contacts.erasures`',
        default: 'DATA_DIR/erasures.jsonl',
      }),
  },
  Kafka: {
    KAFKA_BROKERS: brokers
      .default([])
      .describe(
        'comma list of `host:port`, with ports from 1 to 65535; without it the read model follows the log',
      ),
    KAFKA_TOPIC_PREFIX: z
      .string()
      .regex(/^[A-Za-z0-9._-]{0,200}$/, 'up to 200 letters, digits, dots, underscores and hyphens')
      .default('')
      .describe(
        'up to 200 letters, digits, dots, underscores and hyphens, put before the names of topics and of ' +
          'the consumer group. Another prefix is another relay: it publishes the log from its beginning',
      ),
    KAFKA_PARTITIONS: whole(1, 10_000)
      .prefault('12')
      .describe('1 to 10000, for topics that the service makes'),
    KAFKA_REPLICATION_FACTOR: whole(1, 100)
      .optional()
      .describe("1 to 100, for topics that the service makes; left out: the broker's"),
    KAFKA_EVENTS_RETENTION: duration('7d').describe(
      'how long `contacts.events`, and a topic that a replay makes, keep a record (`retention.ms`): as long as a consumer may be ' +
        'away, and as long as what an erased person was stays there. This and the next four are for topics that the service ' +
        'makes: a number and `s`, `m`, `h` or `d`, from `1s` to `3650d`; [what they bound](kafka.md#how-long-records-live)',
    ),
    KAFKA_DEAD_LETTER_RETENTION: duration('7d').describe(
      'the same of `contacts.dead-letter`; the service keeps its dead letters by itself (`RETENTION_DEAD_LETTERS`)',
    ),
    KAFKA_STATE_COMPACTION: duration('1d').describe(
      'how long an old state may lie on `contacts.state` before Kafka has to compact it (`max.compaction.lag.ms`); Kafka alone ' +
        'waits until half of the topic is old',
    ),
    KAFKA_STATE_TOMBSTONES: duration('7d').describe(
      'how long a tombstone stays on `contacts.state` once it is compacted (`delete.retention.ms`): a consumer has half of it to ' +
        '[read the topic](consuming.md#how-to-begin). It holds ids alone',
    ),
    KAFKA_SEGMENT: duration('1d').describe(
      'when a partition begins another file (`segment.ms`): Kafka neither compacts the newest one nor lets go of a part of it',
    ),
    KAFKA_PUBLISHER: z
      .enum(['kafkajs', 'platformatic'], 'kafkajs or platformatic')
      .prefault('kafkajs')
      .describe(
        'the client that the relay publishes with: `kafkajs` or `platformatic` ' +
          '([0026](adr/0026-platformatic-beside-kafkajs.md))',
      ),
    KAFKA_SSL: flag.prefault('false').describe('TLS to the brokers'),
    KAFKA_SASL_MECHANISM: z
      .enum(['plain', 'scram-sha-256', 'scram-sha-512'], 'plain, scram-sha-256 or scram-sha-512')
      .optional()
      .describe('`plain`, `scram-sha-256` or `scram-sha-512`'),
    KAFKA_SASL_USERNAME: z.string().optional().describe('required with `KAFKA_SASL_MECHANISM`'),
    KAFKA_SASL_PASSWORD: z.string().optional().describe('required with `KAFKA_SASL_MECHANISM`'),
  },
  'OpenID Connect': {
    OIDC_ISSUER: issuer
      .optional()
      .describe(
        'the provider as it calls itself, such as `https://login.example/realms/one`; https, unless it is ' +
          'on this machine',
      ),
    OIDC_CLIENT_ID: z
      .string()
      .optional()
      .describe('the id of the client for this service at the provider; required with `OIDC_ISSUER`'),
    OIDC_CLIENT_SECRET: z.string().optional().describe('its secret; required with `OIDC_ISSUER`'),
    OIDC_SCOPES: oidcScopes
      .optional()
      .describe(
        'comma list of `group=scope+scope`, such as `sync-ops=operate,sync-admins=operate+read+admin`; ' +
          'required with `OIDC_ISSUER`',
      ),
    OIDC_GROUPS_CLAIM: z
      .string()
      .prefault('groups')
      .describe("the claim that has a person's groups, in the ID token or from the userinfo endpoint"),
  },
  Traces: {
    OTEL_EXPORTER_OTLP_ENDPOINT: rootUrl
      .optional()
      .describe('the collector, often of port 4318; [traces](tracing.md) go to `/v1/traces` below it'),
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: url
      .optional()
      .describe('the URL that traces are sent to, as it is, in place of that'),
    OTEL_EXPORTER_OTLP_PROTOCOL: z
      .enum(['http/protobuf'], 'http/protobuf, and the endpoint one for it, often of port 4318')
      .prefault('http/protobuf')
      .describe('there is no other one'),
    OTEL_EXPORTER_OTLP_HEADERS: otlpHeaders
      .optional()
      .describe(
        'comma list of `name=value`, with values percent-encoded, sent along: what the collector knows you by',
      ),
    OTEL_TRACES_SAMPLER: z
      .enum(TRACE_SAMPLERS, `one of ${TRACE_SAMPLERS.join(', ')}`)
      .prefault('parentbased_always_on')
      .describe(
        'which runs are traced: `always_on`, `always_off` or `traceidratio`, with or without `parentbased_` ' +
          'before it, which is the same',
      ),
    OTEL_TRACES_SAMPLER_ARG: share.prefault('1').describe('the share of runs for a ratio, from 0 to 1'),
    OTEL_SDK_DISABLED: flag.prefault('false').describe('`true`: no traces, whatever else is set'),
  },
} as const;

const variables = {
  ...SECTIONS.Service,
  ...SECTIONS.PostgreSQL,
  ...SECTIONS.Google,
  ...SECTIONS.Syncs,
  ...SECTIONS.Contacts,
  ...SECTIONS.Retention,
  ...SECTIONS.Erasures,
  ...SECTIONS.Kafka,
  ...SECTIONS['OpenID Connect'],
  ...SECTIONS.Traces,
};

export const configurationVariables: readonly string[] = Object.keys(variables);

/** What the documents say of a variable. */
export interface DocumentedVariable {
  readonly name: string;
  readonly meaning: string;
  /** As it would be set, or made of other variables' names; null: what leaving it out means has no text. */
  readonly byDefault: string | null;
  readonly isRequired: boolean;
}

/** By the tables of docs/configuration.md. */
export const documentedVariables: readonly (readonly [string, readonly DocumentedVariable[]])[] =
  Object.entries(SECTIONS).map(([section, members]) => [
    section,
    Object.entries<z.ZodType>(members).map(([name, member]) => documented(name, member)),
  ]);

function documented(name: string, variable: z.ZodType): DocumentedVariable {
  const { description, default: ofOthers } = variable.meta() ?? {};
  if (description === undefined) throw new Error(`${name} has no description in configuration.ts`);
  const byDefault = variable instanceof z.ZodPrefault ? variable.def.defaultValue : (ofOthers ?? null);
  return {
    name,
    meaning: description,
    byDefault: byDefault as string | null,
    isRequired: !variable.safeParse(undefined).success,
  };
}

const SECRET = /(?:KEY|SECRET|TOKENS?|PASSWORD|HEADERS)$|^DATABASE_|^HTTPS?_PROXY$/;

/** Variables that hold secrets: their values are never shown, and may stand in a file that `<variable>_FILE` names. */
export const secretVariables = configurationVariables.filter((name) => SECRET.test(name));

const schema = z.object(variables).superRefine((values, context) => {
  checkIntervals(values, context);
  checkSasl(values, context);
  checkProxies(values, context);
  checkOidc(values, context);
  if (isOpenToAnyone(values) && !isThisMachine(values.HOST)) {
    context.addIssue({
      code: 'custom',
      path: ['HOST'],
      message:
        'a loopback address, unless API_TOKENS or OIDC_ISSUER is set: everyone who reaches it could read the contacts',
    });
  }
  checkTransports(values, context);
});

/** Whether nobody has to say who they are. */
export function isOpenToAnyone({
  API_TOKENS,
  OIDC_ISSUER,
}: {
  readonly API_TOKENS: readonly unknown[];
  readonly OIDC_ISSUER?: string | undefined;
}): boolean {
  return API_TOKENS.length === 0 && OIDC_ISSUER === undefined;
}

function checkIntervals(
  {
    SYNC_INTERVAL,
    SYNC_INTERVAL_MAX,
  }: { SYNC_INTERVAL: number | null; SYNC_INTERVAL_MAX?: number | undefined },
  context: z.RefinementCtx,
): void {
  if (SYNC_INTERVAL_MAX === undefined || (SYNC_INTERVAL !== null && SYNC_INTERVAL_MAX >= SYNC_INTERVAL))
    return;
  const message =
    SYNC_INTERVAL === null ? 'left out where SYNC_INTERVAL is off' : 'no shorter than SYNC_INTERVAL';
  context.addIssue({ code: 'custom', path: ['SYNC_INTERVAL_MAX'], message });
}

const OF_OIDC = {
  OIDC_CLIENT_ID: 'the id that the provider knows this service by, where OIDC_ISSUER is set',
  OIDC_CLIENT_SECRET: 'the secret of that client, where OIDC_ISSUER is set',
  OIDC_SCOPES: 'which groups may do what, such as sync-ops=operate, where OIDC_ISSUER is set',
};

function checkOidc(
  values: { OIDC_ISSUER?: unknown } & Record<string, unknown>,
  context: z.RefinementCtx,
): void {
  if (values.OIDC_ISSUER === undefined) return;
  for (const [name, message] of Object.entries(OF_OIDC)) {
    if (values[name] === undefined) context.addIssue({ code: 'custom', path: [name], message });
  }
}

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

/** What other programs use may stand there, as long as Google is not asked through it. */
function checkProxies(
  values: Record<(typeof ASKED)[number], string> & ProxySettings,
  context: z.RefinementCtx,
): void {
  for (const name of ASKED) {
    try {
      proxyOf(new URL(values[name]), values);
    } catch (error) {
      if (!(error instanceof ProxyUnusable)) throw error;
      context.addIssue({ code: 'custom', path: [error.variable], message: error.message });
    }
  }
}

function checkTransports(values: TransportSettings, context: z.RefinementCtx): void {
  const problem = plainTransportProblem(values);
  if (problem === null) return;
  context.addIssue({ code: 'custom', path: [problem.variable], message: problem.allowed });
}

/** Where the service itself sends requests. */
const ASKED = ['PEOPLE_API_URL', 'GOOGLE_OAUTH_TOKEN_URL', 'GOOGLE_OAUTH_REVOKE_URL'] as const;

type Values = z.output<typeof schema>;

/** The service's configuration, checked and typed. */
export type Configuration = Omit<Values, keyof DatabaseUrls | 'PUBLIC_URL' | 'ERASURE_LEDGER'> &
  DatabaseUrls & {
    readonly PUBLIC_URL: string;
    readonly ERASURE_LEDGER: string;
  };

/** Connections to one database: the service's own, one past any pooler, and that of the role that migrates. */
export interface DatabaseUrls {
  readonly DATABASE_URL: string;
  readonly DATABASE_DIRECT_URL: string;
  readonly DATABASE_MIGRATE_URL: string;
}

export type DatabaseConfiguration = DatabaseUrls & Pick<Configuration, 'LOG_LEVEL'>;

export type KafkaConfiguration = Pick<
  Configuration,
  Exclude<Extract<keyof Configuration, `KAFKA_${string}`>, 'KAFKA_PUBLISHER'>
>;

export type TracingConfiguration = Pick<Configuration, keyof typeof SECTIONS.Traces>;

/** What publishing events by hand needs. */
export type PublishingConfiguration = DatabaseConfiguration &
  KafkaConfiguration &
  TracingConfiguration &
  Pick<Configuration, 'PUBLIC_URL'>;

type Environment = Readonly<Record<string, string | undefined>>;

/** A variable that is missing or wrong; its message names it, shows it (secrets masked) and says what is allowed. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}

/**
 * Reads the environment. An empty variable counts as not set, as compose files leave them.
 *
 * @throws ConfigurationError for the first variable that is missing or wrong
 */
export function readConfiguration(environment: Environment): Configuration {
  const values = check(schema, environment);
  return {
    ...values,
    ...databaseUrls(values),
    PUBLIC_URL: values.PUBLIC_URL ?? localUrl(values.HOST, values.PORT),
    ERASURE_LEDGER: values.ERASURE_LEDGER ?? join(values.DATA_DIR, 'erasures.jsonl'),
  };
}

const databaseSchema = z.object({
  DATABASE_URL: variables.DATABASE_URL,
  DATABASE_DIRECT_URL: variables.DATABASE_DIRECT_URL,
  ALLOW_PLAINTEXT: variables.ALLOW_PLAINTEXT,
  DATABASE_MIGRATE_URL: variables.DATABASE_MIGRATE_URL,
  LOG_LEVEL: variables.LOG_LEVEL,
});

/** The part that migrating needs. @throws ConfigurationError as {@link readConfiguration} does */
export function readDatabaseConfiguration(environment: Environment): DatabaseConfiguration {
  const values = check(databaseSchema.superRefine(checkTransports), environment);
  return { ...values, ...databaseUrls(values) };
}

const keysSchema = databaseSchema
  .extend({ ENCRYPTION_KEY: variables.ENCRYPTION_KEY })
  .superRefine(checkTransports);

/** The part that work on stored sign-ins needs. @throws ConfigurationError as {@link readConfiguration} does */
export function readKeysConfiguration(
  environment: Environment,
): DatabaseConfiguration & Pick<Configuration, 'ENCRYPTION_KEY'> {
  const values = check(keysSchema, environment);
  return { ...values, ...databaseUrls(values) };
}

const publishingSchema = databaseSchema
  .extend({
    HOST: variables.HOST,
    PORT: variables.PORT,
    PUBLIC_URL: variables.PUBLIC_URL,
    KAFKA_BROKERS: required(BROKERS).pipe(brokers),
    KAFKA_TOPIC_PREFIX: variables.KAFKA_TOPIC_PREFIX,
    KAFKA_PARTITIONS: variables.KAFKA_PARTITIONS,
    KAFKA_REPLICATION_FACTOR: variables.KAFKA_REPLICATION_FACTOR,
    KAFKA_EVENTS_RETENTION: variables.KAFKA_EVENTS_RETENTION,
    KAFKA_DEAD_LETTER_RETENTION: variables.KAFKA_DEAD_LETTER_RETENTION,
    KAFKA_STATE_COMPACTION: variables.KAFKA_STATE_COMPACTION,
    KAFKA_STATE_TOMBSTONES: variables.KAFKA_STATE_TOMBSTONES,
    KAFKA_SEGMENT: variables.KAFKA_SEGMENT,
    KAFKA_SSL: variables.KAFKA_SSL,
    KAFKA_SASL_MECHANISM: variables.KAFKA_SASL_MECHANISM,
    KAFKA_SASL_USERNAME: variables.KAFKA_SASL_USERNAME,
    KAFKA_SASL_PASSWORD: variables.KAFKA_SASL_PASSWORD,
    ...SECTIONS.Traces,
  })
  .superRefine((values, context) => {
    checkSasl(values, context);
    checkTransports(values, context);
  });

/** The part that publishing events by hand needs. @throws ConfigurationError as {@link readConfiguration} does */
export function readPublishingConfiguration(environment: Environment): PublishingConfiguration {
  const { HOST, PORT, ...values } = check(publishingSchema, environment);
  return {
    ...values,
    ...databaseUrls(values),
    PUBLIC_URL: values.PUBLIC_URL ?? localUrl(HOST, PORT),
  };
}

function databaseUrls(values: Pick<Values, keyof DatabaseUrls>): DatabaseUrls {
  const {
    DATABASE_URL,
    DATABASE_DIRECT_URL = DATABASE_URL,
    DATABASE_MIGRATE_URL = DATABASE_DIRECT_URL,
  } = values;
  return { DATABASE_URL, DATABASE_DIRECT_URL, DATABASE_MIGRATE_URL };
}

function check<T>(expected: z.ZodType<T> & { readonly shape: object }, environment: Environment): T {
  const given = Object.fromEntries(
    Object.keys(expected.shape).flatMap((name) => {
      const value = valueOf(name, environment)?.trim() ?? '';
      const secret = secretVariables.includes(name) ? secretFromFile(name, value, environment) : null;
      return secret === null && value === '' ? [] : [[name, secret ?? value]];
    }),
  ) as Record<string, string>;
  const result = expected.safeParse(given);
  if (!result.success) throw new ConfigurationError(describe(result.error.issues[0], given));
  return result.data;
}

/** @param value of the variable itself @returns null: no file is named */
function secretFromFile(name: string, value: string, environment: Environment): string | null {
  const variable = `${name}_FILE`;
  const file = environment[variable]?.trim() ?? '';
  if (file === '') return null;
  const shown = `${variable} is ${JSON.stringify(file)}, but must be`;
  if (value !== '')
    throw new ConfigurationError(`${shown} left out where ${name} is set, or ${name} must be`);
  try {
    return readSecretFile(file);
  } catch (error) {
    if (!(error instanceof SecretFileUnusable)) throw error;
    throw new ConfigurationError(`${shown} ${error.message}`);
  }
}

/** Programs differ in how they spell these; most look for small letters first. */
function valueOf(name: string, environment: Environment): string | undefined {
  const small = name.endsWith('_PROXY') ? environment[name.toLowerCase()]?.trim() : undefined;
  return small === undefined || small === '' ? environment[name] : small;
}

function describe(
  issue: z.core.$ZodIssue | undefined,
  given: Readonly<Record<string, string | undefined>>,
): string {
  const name = String(issue?.path[0] ?? 'configuration');
  const value = given[name];
  const allowed = issue?.message ?? 'a valid value';
  if (value === undefined) return `${name} is not set. It must be ${allowed}`;
  const shown = SECRET.test(name) ? '(hidden)' : JSON.stringify(value.replace(/\/\/[^/]*@/, '//(hidden)@'));
  return `${name} is ${shown}, but must be ${allowed}`;
}

function localUrl(host: string, port: number): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
