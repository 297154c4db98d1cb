import { describe, expect, it } from '@jest/globals';
import { type Migration } from '@mikro-orm/migrations';
import { databaseParts } from '#database';

import { lockingStatements } from './locking-statements.js';

/** Those up to it were written before there was the rule, and are not edited any more. */
const LAST_OLD = '0049-google-quota';

describe('A migration', () => {
  it('keeps nobody waiting who reads or writes a large table', () => {
    const later = databaseParts.migrations.filter(({ name }) => name > LAST_OLD);
    const found = later.flatMap(({ name, class: Class }) => {
      const migration = new (Class as new () => Migration)();
      void migration.up();
      const queries = migration.getQueries().map(String);
      return lockingStatements(queries, migration.isTransactional()).map((what) => `${name}: ${what}`);
    });
    expect(found).toEqual([]);
  });

  it.each([
    'create index contacts_new on contacts (version)',
    'create unique index events_new on events (version)',
    'alter table contacts alter column version type integer',
    'alter table contact_snapshots alter column raw_hash set not null',
    'alter table events add constraint events_new check (version > 0)',
    'alter table sync_runs add constraint sync_runs_new foreign key (account_id) references accounts (id)',
    'alter table sync_runs add column other uuid references accounts (id)',
    'alter table contacts add column new_id uuid not null default gen_random_uuid()',
    'alter table contacts add column at timestamptz default clock_timestamp()',
    'alter table contacts add column twice bigint generated always as (version * 2) stored',
    'alter table contacts validate constraint contacts_new',
    'update contact_snapshots set raw_hash = null',
    'delete from sync_runs where true',
    'lock table events in exclusive mode',
    `alter table if exists only contacts
       alter column version set not null`,
  ])('is found to be one that does: %s', (statement) => {
    expect(lockingStatements([statement], true)).toHaveLength(1);
  });

  it.each([
    'alter table contacts add column note text',
    `alter table contacts add column kind text not null default 'person'`,
    'alter table contacts drop column phone_keys',
    'alter table contacts set (fillfactor = 90)',
    'alter table events add constraint events_new check (version > 0) not valid',
    'alter table google_quota alter column per_minute set not null',
    'create index leases_owner on leases (owner)',
    'drop index contacts_by_time',
  ])('may: %s', (statement) => {
    expect(lockingStatements([statement], true)).toEqual([]);
  });

  it('may do with a table as it likes that it makes itself', () => {
    const statements = ['create table events (id int)', 'create index events_id on events (id)'];
    expect(lockingStatements(statements, true)).toEqual([]);
  });

  it.each([
    ['create index concurrently contacts_new on contacts (version)', 0],
    ['drop index concurrently if exists contacts_new', 0],
    ['alter table contacts validate constraint contacts_new', 0],
    ['alter table contacts add column note text', 1],
    ['create index contacts_new on contacts (version)', 1],
    ['create index concurrently if not exists contacts_new on contacts (version)', 1],
  ])('without a transaction does nothing but what nobody waits for: %s', (statement, found) => {
    expect(lockingStatements([statement], false)).toHaveLength(found);
  });
});
