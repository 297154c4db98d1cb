import { describe, expect, it } from '@jest/globals';

import { ConfigurationError, readConfiguration, readDatabaseConfiguration } from './configuration.js';

const REQUIRED = {
  DATABASE_URL: 'postgres://user:pass-word@127.0.0.1:5432/database',
  ENCRYPTION_KEY: Buffer.alloc(32).toString('base64'),
  API_TOKENS: 'a-token-of-the-test-suite',
  GOOGLE_CLIENT_ID: 'id',
  GOOGLE_CLIENT_SECRET: 'secret',
};
const read = (variables: Record<string, string>) => readConfiguration({ ...REQUIRED, ...variables });
const database = (end: string) => ({
  DATABASE_URL: `postgres://user:pass-word@db.example:5432/database${end}`,
});

describe('Off this machine a plain transport', () => {
  it.each([
    ['postgres', 'DATABASE_URL', database('')],
    ['postgres', 'DATABASE_URL', database('?sslmode=disable')],
    ['postgres', 'DATABASE_URL', database('?application_name=x')],
    ['postgres', 'DATABASE_URL', { DATABASE_URL: 'postgres:///database?host=db.example' }],
    ['postgres', 'DATABASE_DIRECT_URL', { DATABASE_DIRECT_URL: database('').DATABASE_URL }],
    ['kafka', 'KAFKA_SSL', { KAFKA_BROKERS: 'localhost:9092,kafka:9092' }],
    [
      'kafka',
      'KAFKA_SSL',
      {
        KAFKA_BROKERS: '[fd00::7]:9092',
        KAFKA_SASL_MECHANISM: 'plain',
        KAFKA_SASL_USERNAME: 'user',
        KAFKA_SASL_PASSWORD: 'pass-word',
      },
    ],
    ['google', 'PEOPLE_API_URL', { PEOPLE_API_URL: 'http://people.example' }],
    ['google', 'GOOGLE_OAUTH_AUTH_URL', { GOOGLE_OAUTH_AUTH_URL: 'http://people.example/auth' }],
    ['google', 'GOOGLE_OAUTH_TOKEN_URL', { GOOGLE_OAUTH_TOKEN_URL: 'http://people.example/token' }],
    ['google', 'GOOGLE_OAUTH_REVOKE_URL', { GOOGLE_OAUTH_REVOKE_URL: 'http://people.example/revoke' }],
    ['public', 'PUBLIC_URL', { PUBLIC_URL: 'http://contacts.example' }],
    ['public', 'PUBLIC_URL', { HOST: '0.0.0.0' }],
    ['public', 'PUBLIC_URL', { HOST: '10.0.0.7', PUBLIC_URL: 'http://127.0.0.1:3000' }],
    ['traces', 'OTEL_EXPORTER_OTLP_ENDPOINT', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' }],
    [
      'traces',
      'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
      { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://collector:4318/v1/traces' },
    ],
  ])('needs "%s" in ALLOW_PLAINTEXT: %s %j', (name, variable, variables) => {
    const others = ['postgres', 'kafka', 'google', 'public', 'traces']
      .filter((other) => other !== name)
      .join();

    for (const ALLOW_PLAINTEXT of ['', others]) {
      const refused = () => read({ ...variables, ALLOW_PLAINTEXT });
      expect(refused).toThrow(ConfigurationError);
      expect(refused).toThrow(new RegExp(`^${variable} is .*[mM]ust be .* add ${name} to ALLOW_PLAINTEXT$`));
      expect(refused).not.toThrow('pass-word');
    }
    expect(read({ ...variables, ALLOW_PLAINTEXT: name })).toBeDefined();
  });

  it('that would send a password says so', () => {
    const sasl = { KAFKA_SASL_MECHANISM: 'plain', KAFKA_SASL_USERNAME: 'u', KAFKA_SASL_PASSWORD: 'p' };
    expect(() => read({ KAFKA_BROKERS: 'kafka:9092', ...sasl })).toThrow('the password and events');
  });

  it('is refused to the other programs, too', () => {
    expect(() => readDatabaseConfiguration(database(''))).toThrow('add postgres to ALLOW_PLAINTEXT');
    expect(readDatabaseConfiguration({ ...database(''), ALLOW_PLAINTEXT: 'postgres' })).toBeDefined();
  });

  it('is not an unknown one', () => {
    expect(() => read({ ALLOW_PLAINTEXT: 'postgres,telnet' })).toThrow(
      'ALLOW_PLAINTEXT is "postgres,telnet", but must be a comma list of postgres, kafka, google, public, traces',
    );
  });
});

it.each([
  database('?sslmode=verify-full'),
  database('?sslmode=no-verify'),
  { DATABASE_URL: 'postgres://user@localhost/database' },
  { DATABASE_URL: 'postgres://user@[::1]/database' },
  { DATABASE_URL: 'postgres:///database?host=/var/run/postgresql' },
  { KAFKA_BROKERS: '127.0.0.1:9092,[::1]:9092' },
  { KAFKA_BROKERS: 'kafka:9093', KAFKA_SSL: 'true' },
  { PEOPLE_API_URL: 'http://127.0.0.1:8085', GOOGLE_OAUTH_TOKEN_URL: 'https://people.example/token' },
  { HOST: '0.0.0.0', PUBLIC_URL: 'https://contacts.example' },
  { HOST: '127.0.0.7', PUBLIC_URL: 'http://localhost:3000' },
])('What is encrypted, or stays on this machine, needs no leave: %j', (variables) => {
  expect(read(variables)).toBeDefined();
});
