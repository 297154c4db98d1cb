import { describe, expect, it } from '@jest/globals';

import { spawnService } from '../crash/spawned-process.js';
import { accountsOnKafka, types } from '../support/accounts-on-kafka.js';
import { asAdmin, outsideClient, readTopic } from '../support/contact-feed-kafka.js';
import { createTestDatabase } from '../support/database.js';
import { describeKafka } from '../support/kafka.js';
import { limitRecords } from '../support/limit-records.js';
import { sql } from '../support/sql.js';
import { waitFor } from '../support/wait-for.js';

/** What a client of Kafka has its part in: sends that are refused or repeated, and looking at what a topic holds. */
describeKafka("The lives of a service's accounts", () => {
  describe.each(['kafkajs', 'platformatic'] as const)('over %s,', (client) => {
    const current = accountsOnKafka(client);

    it('are published after a kill between commit and send, and again with the same bytes where the checkpoint was lost', async () => {
      const accounts = current();
      const killed = await spawnService({ ...accounts.environment, ROLES: 'api,scheduler' });
      const syncing = killed.call('POST', '/api/sync').catch(() => undefined);
      await waitFor(async () => (await accounts.stored()).length === 2, { what: 'the sync to be stored' });
      killed.signal('SIGKILL');
      await Promise.all([killed.ended, syncing]);
      expect(await topics()).not.toContain(accounts.names.accounts);

      await accounts.start();
      const first = await accounts.records(2);
      expect(types(first)).toEqual(['1 AccountConnected', '2 AccountSynced']);
      await accounts.stop();
      await sql(accounts.database, 'update relays set position = 0 where name = $1', [
        accounts.names.accounts,
      ]);

      await accounts.start();
      const again = await accounts.records(4);
      const bytes = again.map(({ key, value, headers }) => ({ key, value, headers }));
      expect(bytes.slice(2)).toEqual(bytes.slice(0, 2));
    }, 120_000);

    it('are told above what Kafka has, where a backup of before is restored', async () => {
      const accounts = current();
      await accounts.start();
      await accounts.api('POST', '/api/sync');
      const id = await accounts.accountId();
      await accounts.records(2);
      await accounts.stop();
      const backup = await createTestDatabase({ template: accounts.database.name });
      try {
        await accounts.start();
        await accounts.api('DELETE', `/api/accounts/${id}`);
        await accounts.signIn();
        await accounts.records(4);
        await accounts.stop();

        const restored = { ...accounts.environment, DATABASE_URL: backup.url };
        await accounts.start({ ...restored, ROLES: 'api,scheduler' });
        // Under a version that the topic has already.
        await accounts.api('DELETE', `/api/accounts/${id}`);
        await accounts.stop();
        await accounts.start(restored);
        expect(types(await accounts.records(5)).slice(2)).toEqual([
          '3 AccountDisconnected',
          '4 AccountConnected',
          '5 AccountDisconnected',
        ]);
        await accounts.signIn();
        expect(types(await accounts.records(6)).at(-1)).toBe('6 AccountConnected');
      } finally {
        await accounts.stop();
        await backup.drop();
      }
    }, 120_000);

    it('are told again on a topic that was made anew', async () => {
      const accounts = current();
      await accounts.start();
      await accounts.api('POST', '/api/sync');
      await accounts.records(2);
      const admin = outsideClient().admin();
      await admin.connect();
      await admin.deleteTopics({ topics: [accounts.names.accounts] });
      await admin.disconnect();
      await accounts.api('DELETE', `/api/accounts/${await accounts.accountId()}`);
      await waitFor(async () => new Set(types(await readTopic(accounts.names.accounts))).size === 3, {
        what: 'all that is known',
        timeoutMs: 40_000,
      });
    }, 120_000);

    it('wait where the topic refuses one, while contacts go on, and come in order once it is mended', async () => {
      const accounts = current();
      await accounts.start();
      await accounts.api('POST', '/api/sync');
      await accounts.records(2);
      const id = await accounts.accountId();
      await asAdmin((admin) => limitRecords(admin, accounts.names.accounts, 200));
      await accounts.api('PATCH', `/api/accounts/${id}`, { reference: 'tenant-42/user-7' });
      await accounts.google.control('POST', '/control/persons', { names: [{ givenName: 'Ada' }] });
      await accounts.api('POST', '/api/sync');
      await waitFor(async () => (await readTopic(accounts.names.events)).length === 6, {
        what: 'the new contact on Kafka',
      });
      await waitFor(
        async () =>
          (await (await fetch(`${accounts.url}/metrics`)).text()).includes(
            'contactstream_accounts_relay_lag_events 2',
          ),
        { what: 'the refused event to be counted' },
      );
      expect(types(await readTopic(accounts.names.accounts))).toEqual([
        '1 AccountConnected',
        '2 AccountSynced',
      ]);

      await asAdmin((admin) => limitRecords(admin, accounts.names.accounts, 1_000_000));
      expect(types(await accounts.records(4))).toEqual([
        '1 AccountConnected',
        '2 AccountSynced',
        '3 AccountConnected',
        '4 AccountSynced',
      ]);
    }, 120_000);
  });
});

function topics(): Promise<string[]> {
  return asAdmin((admin) => admin.listTopics());
}
