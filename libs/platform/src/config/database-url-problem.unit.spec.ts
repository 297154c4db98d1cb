import { describe, expect, it } from '@jest/globals';

import { databaseUrlProblem } from './database-url-problem.js';

describe('A URL of PostgreSQL', () => {
  it.each([
    'postgres://host/db',
    'postgresql://user:password@host:5432/database',
    'postgres://user@server:password@host/db',
    'postgres://user:p%23%3F%2F%25w@host:5432/db',
    'postgres://user:password@host',
    'postgres://user:password@host/db?sslmode=require&application_name=a@b',
    'postgres://user:password@[::1]:5432/db',
    'postgres:///db?host=/var/run/postgresql',
    'postgres://user:p%C3%A9@host/db',
  ])('can be used: %s', (url) => {
    expect(databaseUrlProblem(url)).toBeNull();
  });

  it.each([
    'postgres://user:pa#ss@host:5432/db',
    'postgres://user:123#ss@host:5432/db',
    'postgres://user:p@a#ss@host/db',
    'postgres://user:pass#@host/db',
    'postgres://us#er:pass@host/db',
    'postgres://user:pa?ss@host:5432/db',
    'postgres://user:123?ss@host:5432/db',
    'postgres://user:p@a?ss@host/db',
    'postgres://user:p@a?s=s@host/db',
    'postgres://user:123/ss@host:5432/db',
    'postgres://user:123/a?b@host/db',
    'postgres://user:pa%ss@host:5432/db',
    'postgres://user:pass%@host:5432/db',
    'postgres://user:50%zz@host:5432/db',
    'postgres://user:%ff@host:5432/db',
  ])('needs what ends its password early to be encoded: %s', (url) => {
    expect(databaseUrlProblem(url)).toMatch(/each #, \?, \/ and % .* percent-encoded/);
  });

  it.each(['mysql://user:password@host/db', 'host/db', 'postgres:host', 'postgres://host:99999/db'])(
    'is one of PostgreSQL, and one: %s',
    (url) => {
      expect(databaseUrlProblem(url)).toMatch(/^a postgres:\/\/ URL(?! in which)/);
    },
  );
});
