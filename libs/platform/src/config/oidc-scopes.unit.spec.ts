import { describe, expect, it } from '@jest/globals';

import { readConfiguration } from './configuration.js';
import { parseOidcScopes } from './oidc-scopes.js';

describe('The scopes of groups', () => {
  it('are those that each group is given', () => {
    expect(parseOidcScopes('sync-ops=operate, Sync Admins = operate+read+admin')).toEqual(
      new Map([
        ['sync-ops', new Set(['operate'])],
        ['Sync Admins', new Set(['operate', 'read', 'admin'])],
      ]),
    );
  });

  it('add up where a group comes twice', () => {
    expect(parseOidcScopes('ops=operate,ops=read')).toEqual(new Map([['ops', new Set(['operate', 'read'])]]));
  });

  it.each(['', 'ops', 'ops=', '=read', 'ops=write', 'ops=read+', 'ops=read,'])(
    'are not to be read in %j',
    (text) => {
      expect(parseOidcScopes(text)).toBeNull();
    },
  );
});

describe('An OpenID provider', () => {
  const REQUIRED = {
    DATABASE_URL: 'postgres://user:password@localhost:5432/database',
    ENCRYPTION_KEY: Buffer.alloc(32).toString('base64'),
    GOOGLE_CLIENT_ID: 'id',
    GOOGLE_CLIENT_SECRET: 'secret',
  };
  const OIDC = {
    OIDC_ISSUER: 'https://login.example/realms/one',
    OIDC_CLIENT_ID: 'client',
    OIDC_CLIENT_SECRET: 'canary',
    OIDC_SCOPES: 'ops=operate',
  };

  it('lets the service listen elsewhere than on loopback, as tokens do', () => {
    expect(() => readConfiguration({ ...REQUIRED, HOST: '0.0.0.0' })).toThrow(/^HOST/);
    const behindProxy = { ...REQUIRED, ...OIDC, HOST: '0.0.0.0', PUBLIC_URL: 'https://contacts.example' };
    expect(readConfiguration(behindProxy).OIDC_ISSUER).toBe(OIDC.OIDC_ISSUER);
  });

  it.each(['OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET', 'OIDC_SCOPES'])('is refused without %s', (name) => {
    expect(() => readConfiguration({ ...REQUIRED, ...OIDC, [name]: '' })).toThrow(`${name} is not set`);
  });

  it('is asked over TLS, unless it is on this machine', () => {
    const at = (OIDC_ISSUER: string) => () => readConfiguration({ ...REQUIRED, ...OIDC, OIDC_ISSUER });
    expect(at('http://login.example')).toThrow(/^OIDC_ISSUER is "http:\/\/login.example", but must be/);
    expect(at('http://127.0.0.1:8080/realms/one')).not.toThrow();
  });
});
