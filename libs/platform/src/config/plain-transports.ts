import { Client } from 'pg';

import { isThisMachine } from './this-machine.js';

/** What may be reached without encryption off this machine, where ALLOW_PLAINTEXT names it. */
export const PLAIN_TRANSPORTS = ['postgres', 'kafka', 'google', 'public', 'traces'] as const;
export type PlainTransport = (typeof PLAIN_TRANSPORTS)[number];

/** Settings that say where something is reached, and how; each program has its part of them. */
export interface TransportSettings {
  readonly ALLOW_PLAINTEXT: readonly PlainTransport[];
  readonly HOST?: string | undefined;
  readonly PUBLIC_URL?: string | undefined;
  readonly DATABASE_URL: string;
  readonly DATABASE_DIRECT_URL?: string | undefined;
  readonly DATABASE_MIGRATE_URL?: string | undefined;
  readonly KAFKA_BROKERS?: readonly string[] | undefined;
  readonly KAFKA_SSL?: boolean | undefined;
  readonly KAFKA_SASL_MECHANISM?: string | undefined;
  readonly PEOPLE_API_URL?: string | undefined;
  readonly GOOGLE_OAUTH_AUTH_URL?: string | undefined;
  readonly GOOGLE_OAUTH_TOKEN_URL?: string | undefined;
  readonly GOOGLE_OAUTH_REVOKE_URL?: string | undefined;
  readonly OTEL_EXPORTER_OTLP_ENDPOINT?: string | undefined;
  readonly OTEL_EXPORTER_OTLP_TRACES_ENDPOINT?: string | undefined;
}

export interface PlainTransportProblem {
  readonly variable: keyof TransportSettings;
  /** What its value must be. */
  readonly allowed: string;
}

/** Contacts, tokens and passwords must not leave this machine unencrypted, unless somebody said that they may. */
export function plainTransportProblem(settings: TransportSettings): PlainTransportProblem | null {
  const { ALLOW_PLAINTEXT: allowed } = settings;
  const found =
    (allowed.includes('postgres') ? null : plainPostgres(settings)) ??
    (allowed.includes('kafka') ? null : plainKafka(settings)) ??
    (allowed.includes('google') ? null : plainUrl(OF_GOOGLE, settings, 'google')) ??
    (allowed.includes('public') ? null : plainPublic(settings)) ??
    (allowed.includes('traces') ? null : plainUrl(OF_TRACES, settings, 'traces'));
  if (found === null) return null;
  const [variable, mustBe, transport] = found;
  return {
    variable,
    allowed: `${mustBe}. Where the network between is trusted, add ${transport} to ALLOW_PLAINTEXT`,
  };
}

type Found = readonly [variable: keyof TransportSettings, mustBe: string, transport: PlainTransport] | null;

function plainPostgres(settings: TransportSettings): Found {
  for (const variable of ['DATABASE_URL', 'DATABASE_DIRECT_URL', 'DATABASE_MIGRATE_URL'] as const) {
    const url = settings[variable];
    if (url === undefined) continue;
    // The client itself knows how it would read the URL, and PGSSLMODE beside it.
    const { host, ssl } = new Client({ connectionString: url }) as Client & { readonly host: string };
    if (ssl || host.startsWith('/') || isThisMachine(host)) continue;
    const mustBe =
      'encrypted, because it leads off this machine: end it with sslmode=verify-full, and with ' +
      'sslrootcert=FILE for an authority of your own';
    return [variable, mustBe, 'postgres'];
  }
  return null;
}

function plainKafka({ KAFKA_BROKERS = [], KAFKA_SSL, KAFKA_SASL_MECHANISM }: TransportSettings): Found {
  const isLocal = KAFKA_BROKERS.every((broker) => isThisMachine(broker.replace(/:\d+$/, '')));
  if (KAFKA_SSL === true || isLocal) return null;
  const sent = KAFKA_SASL_MECHANISM === undefined ? 'events' : 'the password and events';
  return [
    'KAFKA_SSL',
    `true, because KAFKA_BROKERS lead off this machine: ${sent} would be sent unencrypted`,
    'kafka',
  ];
}

const OF_GOOGLE = [
  'PEOPLE_API_URL',
  'GOOGLE_OAUTH_AUTH_URL',
  'GOOGLE_OAUTH_TOKEN_URL',
  'GOOGLE_OAUTH_REVOKE_URL',
] as const;

const OF_TRACES = ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'] as const;

function plainUrl(
  names: typeof OF_GOOGLE | typeof OF_TRACES,
  settings: TransportSettings,
  transport: PlainTransport,
): Found {
  const variable = names.find((name) => leadsOffUnencrypted(settings[name]));
  return variable === undefined
    ? null
    : [variable, 'an https URL, because it leads off this machine', transport];
}

function plainPublic({ HOST, PUBLIC_URL }: TransportSettings): Found {
  if (leadsOffUnencrypted(PUBLIC_URL)) {
    return [
      'PUBLIC_URL',
      'an https URL, of a proxy that encrypts, because it leads off this machine',
      'public',
    ];
  }
  if (HOST === undefined || isThisMachine(HOST) || PUBLIC_URL?.startsWith('https:') === true) return null;
  const mustBe =
    'the https URL of a proxy that encrypts, because HOST is not loopback: tokens and contacts would be sent unencrypted';
  return ['PUBLIC_URL', mustBe, 'public'];
}

function leadsOffUnencrypted(url: string | undefined): boolean {
  return url?.startsWith('http:') === true && !isThisMachine(new URL(url).hostname);
}
