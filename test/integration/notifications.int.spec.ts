import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Notifications } from '#platform';

import { silentLog } from '../support/contact-feed-recording-log.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { sql } from '../support/sql.js';
import { StallingWire } from '../support/stalling-wire.js';
import { waitFor } from '../support/wait-for.js';

let database: TestDatabase;
let wire: StallingWire;
let notifications: Notifications;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  wire = await StallingWire.to(database.url);
  notifications = new Notifications(wire.url, silentLog);
  await notifications.start();
});
afterEach(async () => {
  await notifications.stop();
  await wire.close();
});

const notify = (channel: string, payload: string) =>
  sql(database, 'select pg_notify($1, $2)', [channel, payload]);

describe('Notifications', () => {
  it('wake who asks for a channel later, too, who may have missed something until it is listened to', async () => {
    const woken: string[] = [];
    notifications.subscribe('contactstream_runs', (payload) => woken.push(payload));

    await waitFor(() => woken.includes(''), { what: 'the look for what was missed' });
    await notify('contactstream_runs', 'heard');
    await waitFor(() => woken.includes('heard'), { what: 'the notification' });
  });

  it('do not come for what nobody here asked for', async () => {
    const woken: string[] = [];
    notifications.subscribe('contactstream_work', (payload) => woken.push(payload));
    await waitFor(() => woken.includes(''), { what: 'the channel to be listened to' });

    await notify('contactstream_runs', 'for others');
    await notify('contactstream_work', 'for us');

    await waitFor(() => woken.includes('for us'), { what: 'the notification behind it' });
    expect(wire.sent).toContain('for us');
    expect(wire.sent).not.toContain('for others');
  });

  it('are told to arrive where they do', async () => {
    expect(
      await notifications.arrive('contactstream_work', (payload) => notify('contactstream_work', payload)),
    ).toBe(true);
  });
});
