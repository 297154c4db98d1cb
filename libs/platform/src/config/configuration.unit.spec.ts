import { describe, expect, it } from '@jest/globals';

import { ConfigurationError, documentedVariables, readConfiguration } from './configuration.js';

const REQUIRED = {
  DATABASE_URL: 'postgres://user:password@localhost:5432/database',
  ENCRYPTION_KEY: Buffer.alloc(32).toString('base64'),
  GOOGLE_CLIENT_ID: 'id',
  GOOGLE_CLIENT_SECRET: 'secret',
};
const read = (variables: Record<string, string>) => readConfiguration({ ...REQUIRED, ...variables });

describe('A setting that cannot work is refused with its name, and what it must be', () => {
  it.each([
    ['HOST', 'not a host', 'a name or an address'],
    ['PORT', '65536', 'from 0 to 65535'],
    ['PORT', '-1', 'from 0 to 65535'],
    ['PORT', '3e3', 'from 0 to 65535'],
    ['ROLES', 'api,cook', 'api, scheduler, relay, projector'],
    ['ROLES', ',', 'api, scheduler, relay, projector'],
    ['RETURN_URLS', 'https://app.example/', 'a comma list of origins'],
    ['RETURN_URLS', 'https://app.example, app.example', 'a comma list of origins'],
    ['RETURN_URLS', 'https://user@app.example', 'a comma list of origins'],
    ['RETURN_URLS', 'ftp://app.example', 'a comma list of origins'],
    ['GOOGLE_SERVICE_ACCOUNT_FILE', '/nowhere', 'the JSON key of a service account'],
    ['SYNC_INTERVAL', '999999999d', 'from 1s to 3650d'],
    ['SYNC_INTERVAL', '0s', 'from 1s to 3650d'],
    ['FULL_SYNC_INTERVAL', '3651d', 'from 1s to 3650d'],
    ['FULL_SYNC_INTERVAL', 'off', 'from 1s to 3650d'],
    ['SYNC_CRON', '0 0 30 2 *', 'a next date'],
    ['SYNC_CRON', 'daily', 'a cron expression'],
    ['SYNC_PAGE_SIZE', '0', 'from 1 to 1000'],
    ['SYNC_PAGE_SIZE', '1001', 'from 1 to 1000'],
    ['DELETION_GUARD', '101%,50', '0% to 100%'],
    ['DELETION_GUARD', '20%,9999999999', 'to 999999999'],
    ['KAFKA_PARTITIONS', '0', 'from 1 to 10000'],
    ['KAFKA_PARTITIONS', '10001', 'from 1 to 10000'],
    ['KAFKA_REPLICATION_FACTOR', '101', 'from 1 to 100'],
    ['KAFKA_BROKERS', 'localhost', 'host:port'],
    ['KAFKA_BROKERS', 'localhost:0', 'from 1 to 65535'],
    ['SYNC_INTERVAL_MAX', '299s', 'no shorter than SYNC_INTERVAL'],
    ['SYNC_INTERVAL_MAX', 'off', 'such as 1h'],
    ['KAFKA_BROKERS', 'one:9092,two:99999', 'from 1 to 65535'],
    ['KAFKA_BROKERS', 'kafka://one:9092', 'host:port'],
    ['KAFKA_BROKERS', ',', 'host:port'],
    ['KAFKA_TOPIC_PREFIX', 'a'.repeat(201), 'up to 200'],
    ['RATE_LIMIT', '3000', 'such as 3000/10s, or off'],
    ['RATE_LIMIT', '0/10s', 'such as 3000/10s, or off'],
    ['RATE_LIMIT', '10/0s', 'such as 3000/10s, or off'],
    ['TRUSTED_PROXIES', 'loopback', 'a comma list of addresses'],
    ['TRUSTED_PROXIES', '0.0.0.0/0', 'a comma list of addresses'],
    ['TRUSTED_PROXIES', '10.0.0.0/33', 'a comma list of addresses'],
    ['LOG_LEVEL', 'loud', 'fatal, error, warn'],
    ['MIGRATE_ON_START', 'yes', 'true or false'],
    ['PUBLIC_URL', 'ftp://host', 'http or https'],
    ['PUBLIC_URL', 'https://host/?a=b', 'without a ?'],
    ['PUBLIC_URL', 'https://host/#a', 'without a user, a password or a #'],
    ['PEOPLE_API_URL', 'https://host:65536', 'http or https'],
    ['GOOGLE_OAUTH_TOKEN_URL', 'https://host/token#', 'without a user, a password or a #'],
    ['HTTPS_PROXY', 'socks5://proxy:1080', 'URL of a proxy'],
  ])('%s=%s', (name, value, allowed) => {
    expect(() => read({ [name]: value })).toThrow(ConfigurationError);
    expect(() => read({ [name]: value })).toThrow(new RegExp(`^${name} is .*, but must be `));
    expect(() => read({ [name]: value })).toThrow(allowed);
  });

  it.each(['DATABASE_URL', 'DATABASE_DIRECT_URL', 'DATABASE_MIGRATE_URL'])(
    '%s, without showing its password',
    (name) => {
      for (const password of ['a#secret', 'a?secret', 'a%secret', '1/secret']) {
        const value = `postgres://user:${password}@host:5432/db`;
        expect(() => read({ [name]: value })).toThrow(
          `${name} is (hidden), but must be a postgres:// URL in which each #, ?, / and % of the user and the ` +
            'password is percent-encoded (as %23, %3F, %2F and %25)',
        );
      }
    },
  );

  it.each(['0.0.0.0', '::', '192.168.1.7', 'host.example'])(
    'a HOST that is not loopback is refused without API_TOKENS: %s',
    (HOST) => {
      expect(() => read({ HOST })).toThrow(
        /^HOST is .* a loopback address, unless API_TOKENS or OIDC_ISSUER is set/,
      );
      const behindProxy = {
        PUBLIC_URL: 'https://contacts.example',
        API_TOKENS: 'a-token-of-the-test-0123456789',
      };
      expect(read({ HOST, ...behindProxy })).toMatchObject({ HOST });
    },
  );

  it('a URL with a password, without showing it', () => {
    expect(() => read({ PEOPLE_API_URL: 'https://user:pass#w@host' })).toThrow(
      /^PEOPLE_API_URL is "https:\/\/\(hidden\)@host", but must be/,
    );
  });
});

describe('The largest and the smallest that a setting may be', () => {
  it.each([
    ['PORT', '0', 0],
    ['PORT', '65535', 65_535],
    ['SYNC_INTERVAL', '1s', 1_000],
    ['SYNC_INTERVAL', '3650d', 3650 * 86_400_000],
    ['SYNC_INTERVAL', 'off', null],
    ['SYNC_INTERVAL_MAX', '5m', 300_000],
    ['FULL_SYNC_INTERVAL', '3650d', 3650 * 86_400_000],
    ['SYNC_PAGE_SIZE', '1', 1],
    ['SYNC_PAGE_SIZE', '1000', 1_000],
    ['DELETION_GUARD', '0%,0', { share: 0, count: 0 }],
    ['DELETION_GUARD', '100%,999999999', { share: 1, count: 999_999_999 }],
    ['KAFKA_PARTITIONS', '10000', 10_000],
    ['KAFKA_REPLICATION_FACTOR', '100', 100],
    ['KAFKA_BROKERS', 'one:1, 10.0.0.2:65535,[::1]:9092', ['one:1', '10.0.0.2:65535', '[::1]:9092']],
    ['RATE_LIMIT', '1/365d', { calls: 1, windowMs: 31_536_000_000 }],
    ['RATE_LIMIT', 'off', null],
    ['TRUSTED_PROXIES', '10.0.0.1/32, fd00::/8,::1', ['10.0.0.1/32', 'fd00::/8', '::1']],
    ['SYNC_CRON', '0 0 29 2 *', '0 0 29 2 *'],
    ['PUBLIC_URL', 'https://host/base/', 'https://host/base'],
  ])('%s=%s', (name, value, expected) => {
    expect(
      Object.entries(read({ ALLOW_PLAINTEXT: 'kafka', [name]: value })).find(
        ([variable]) => variable === name,
      )?.[1],
    ).toEqual(expected);
  });
});

describe('The variables of proxies', () => {
  it('are read in small letters too, and these come first', () => {
    expect(read({ HTTPS_PROXY: 'http://large:1', https_proxy: 'http://small:1' }).HTTPS_PROXY).toBe(
      'http://small:1',
    );
    expect(read({ NO_PROXY: 'large', no_proxy: '' }).NO_PROXY).toBe('large');
  });

  it('may hold anything that Google is not asked through', () => {
    expect(read({ HTTP_PROXY: 'socks5://proxy:1080' }).HTTP_PROXY).toBe('socks5://proxy:1080');
    expect(() => read({ HTTPS_PROXY: 'socks5://proxy:1080', NO_PROXY: '.googleapis.com' })).not.toThrow();
  });
});

describe('Leaving out', () => {
  const documented = documentedVariables.flatMap(([, variables]) => variables);
  const defaults = new Map(documented.map(({ name, byDefault }) => [name, byDefault]));
  const required: Readonly<Record<string, string>> = REQUIRED;

  /** Where a default is made of other variables, such as `http://HOST:PORT`, and theirs of others. */
  const written = (text: string): string =>
    text.replaceAll(/[A-Z][A-Z_]+/g, (name) => required[name] ?? written(defaults.get(name) ?? name));

  it.each(documented.filter(({ byDefault }) => byDefault !== null))(
    '$name means what the documents say: $byDefault',
    ({ name, byDefault }) => {
      expect(read({ [name]: written(byDefault ?? '') })).toEqual(read({}));
    },
  );

  it('anything else but what is required stops no start', () => {
    const needed = documented.filter(({ isRequired }) => isRequired).map(({ name }) => name);
    expect(needed.sort()).toEqual(Object.keys(REQUIRED).sort());
    for (const name of needed) {
      expect(() => read({ [name]: '' })).toThrow(ConfigurationError);
      expect(() => read({ [name]: '' })).toThrow(name);
    }
  });
});
