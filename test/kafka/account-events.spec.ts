import { expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { v5 as uuidv5 } from 'uuid';

import { accountsOnKafka, told, type ToldOfAccount, types } from '../support/accounts-on-kafka.js';
import { describeKafka } from '../support/kafka.js';
import { waitFor } from '../support/wait-for.js';

describeKafka("The lives of a service's accounts", () => {
  const current = accountsOnKafka();

  it('are told from the first sign-in to the erasure, in order, and never whose account it is', async () => {
    const accounts = current();
    await accounts.start();
    await accounts.api('POST', '/api/sync');
    const id = await accounts.accountId();
    const log = (await accounts.api('GET', '/api/events?limit=1000')).body.items as { position: string }[];

    await accounts.google.control('POST', '/control/refresh-tokens/revoke');
    await accounts.google.control('POST', '/control/access-tokens/expire');
    expect((await accounts.api('POST', '/api/sync')).status).toBe(401);
    await accounts.google.control('POST', '/control/refresh-tokens/restore');
    await accounts.signIn();
    await accounts.api('POST', '/api/sync');
    await accounts.signIn();
    await accounts.api('POST', '/api/sync');
    await accounts.api('PATCH', `/api/accounts/${id}`, { reference: 'tenant-42/user-7' });
    await accounts.api('POST', '/api/sync');
    await accounts.api('DELETE', `/api/accounts/${id}`);
    await accounts.api('DELETE', `/api/accounts/${id}`);
    await accounts.api('PATCH', `/api/accounts/${id}`, { reference: 'tenant-42/user-8' });
    await accounts.signIn();
    expect([202, 204]).toContain((await accounts.api('DELETE', `/api/accounts/${id}?erase=true`)).status);

    const found = await accounts.records(10);
    expect(types(found)).toEqual([
      '1 AccountConnected',
      '2 AccountSynced',
      '3 AccountNeedsSignIn',
      '4 AccountConnected',
      '5 AccountSynced',
      '6 AccountConnected',
      '7 AccountSynced',
      '8 AccountDisconnected',
      '9 AccountConnected',
      '10 AccountErased',
    ]);
    expect(told(found).map(({ reference }) => reference)).toEqual([
      ...Array.from({ length: 5 }, () => null),
      ...Array.from({ length: 3 }, () => 'tenant-42/user-7'),
      'tenant-42/user-8',
      'tenant-42/user-8',
    ]);
    expect(told(found)[1]?.lastPosition).toBe(log.at(-1)?.position);
    for (const { key, headers, value } of found) {
      const data = JSON.parse(value ?? '') as ToldOfAccount;
      const { ce_dataschema: dataschema = '', ...others } = headers;
      expect([key, others]).toEqual([
        id,
        {
          ce_specversion: '1.0',
          ce_id: uuidv5(String(data.version), id),
          ce_source: `/accounts/${id}`,
          ce_type: expect.any(String),
          ce_subject: id,
          ce_time: data.occurredAt,
          ce_partitionkey: id,
          ce_accountversion: String(data.version).padStart(10, '0'),
          'content-type': 'application/json',
          ...(data.reference === null ? {} : { ce_accountref: data.reference }),
        },
      ]);
      const schema = (await accounts.api('GET', new URL(dataschema).pathname)).body as object;
      const fits = new Ajv2020({ strict: false, validateFormats: false }).compile(schema);
      expect([fits(data), fits.errors]).toEqual([true, null]);
    }
    expect(JSON.stringify(found, (_, part: unknown) => (typeof part === 'bigint' ? '' : part))).not.toMatch(
      /demo|example\.com|default/,
    );

    await waitFor(async () => (await accounts.stored()).length === 0, {
      what: 'nothing to be left of the account',
    });
    expect((await accounts.api('POST', '/api/verify', { erased: id })).body).toMatchObject({
      ok: true,
      otherTopics: [{}, {}, { topic: accounts.names.accounts, records: 10 }],
    });
  }, 120_000);

  it('are not told of, nor kept, where an account is erased without Kafka', async () => {
    const accounts = current();
    await accounts.start(accounts.withoutKafka);
    await accounts.api('POST', '/api/sync');
    const id = await accounts.accountId();
    expect((await accounts.api('DELETE', `/api/accounts/${id}?erase=true`)).status).toBe(204);
    expect(await accounts.stored()).toEqual([]);
    expect((await accounts.api('POST', '/api/verify', { erased: id })).body).toMatchObject({ ok: true });
  }, 120_000);
});
