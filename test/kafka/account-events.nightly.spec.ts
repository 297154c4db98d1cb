import { expect, it } from '@jest/globals';
import { databaseParts } from '#database';
import { connectDatabase } from '#platform';

import { accountsOnKafka, told, types } from '../support/accounts-on-kafka.js';
import { readTopic } from '../support/contact-feed-kafka.js';
import { describeKafka } from '../support/kafka.js';
import { sql } from '../support/sql.js';
import { waitFor } from '../support/wait-for.js';

describeKafka("The lives of a service's accounts, whatever comes between,", () => {
  const current = accountsOnKafka();

  it('say that an account is synced once Kafka has its contacts, and not before', async () => {
    const accounts = current();
    // As if another process relayed contacts, and stood still.
    await sql(
      accounts.database,
      `insert into leases (name, owner, fencing_token, expires_at)
       values ($1, 'another', 1, clock_timestamp() + interval '1 hour')`,
      [`relay ${accounts.names.events}`],
    );
    await accounts.start({ ...accounts.environment, ROLES: 'api,scheduler,relay' });
    await accounts.api('POST', '/api/sync');
    const id = await accounts.accountId();
    await accounts.api('DELETE', `/api/accounts/${id}`);
    expect(types(await accounts.records(1))).toEqual(['1 AccountConnected']);
    const metrics = await (await fetch(`${accounts.url}/metrics`)).text();
    expect(metrics).toContain('contactstream_accounts_relay_lag_events 2');

    await sql(accounts.database, 'update leases set expires_at = clock_timestamp() where owner = $1', [
      'another',
    ]);
    expect(types(await accounts.records(3))).toEqual([
      '1 AccountConnected',
      '2 AccountSynced',
      '3 AccountDisconnected',
    ]);
    const positions = (await readTopic(accounts.names.events)).map(({ headers }) =>
      Number(headers.ce_position),
    );
    expect(String(Math.max(...positions))).toBe(told(await accounts.records(3))[1]?.lastPosition);
  }, 120_000);

  it('are told of accounts from before this version, as they stand', async () => {
    const accounts = current();
    await accounts.start(accounts.withoutKafka);
    await accounts.api('POST', '/api/sync');
    const id = await accounts.accountId();
    await accounts.api('PATCH', `/api/accounts/${id}`, { reference: 'tenant-42/user-7' });
    await accounts.api('DELETE', `/api/accounts/${id}`);
    await accounts.stop();
    const before = await connectDatabase(accounts.database.url, databaseParts);
    await before.migrator.down({ migrations: ['0044-account-events'] });
    await before.close();

    await accounts.start();
    const found = await accounts.records(3);
    expect(types(found)).toEqual(['1 AccountConnected', '2 AccountSynced', '3 AccountDisconnected']);
    expect(told(found)[1]).toMatchObject({ accountId: id, reference: 'tenant-42/user-7', lastPosition: '5' });
  }, 120_000);

  it('begin with how accounts stand where Kafka comes later, and take no room until then', async () => {
    const accounts = current();
    await accounts.start(accounts.withoutKafka);
    await accounts.api('POST', '/api/sync');
    for (let times = 0; times < 3; times += 1) {
      await accounts.api('DELETE', `/api/accounts/${await accounts.accountId()}`);
      await accounts.signIn();
    }
    await accounts.api('POST', '/api/sync');
    expect(await accounts.stored()).toHaveLength(9);
    await accounts.stop();

    // The schedule removes at the start what later events have made needless.
    await accounts.start(accounts.withoutKafka);
    await waitFor(async () => (await accounts.stored()).length === 2, { what: 'the needless events to go' });
    await accounts.stop();
    await accounts.start();
    expect(types(await accounts.records(2))).toEqual(['8 AccountConnected', '9 AccountSynced']);
    await accounts.api('DELETE', `/api/accounts/${await accounts.accountId()}`);
    expect(types(await accounts.records(3))).toContain('10 AccountDisconnected');
  }, 120_000);
});
