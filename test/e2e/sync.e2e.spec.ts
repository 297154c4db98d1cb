import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { startTestService, type TestService } from '../support/service.js';

const NOTHING = {
  total_fetched: 0,
  created: 0,
  updated: 0,
  deleted: 0,
  not_listed: 0,
  merged: 0,
  unchanged: 0,
  errors: 0,
  pages: 1,
};

describe('Syncing an account over REST', () => {
  let service: TestService;
  let seed = 0;
  beforeAll(async () => {
    service = await startTestService({ SYNC_PAGE_SIZE: '10', DELETION_GUARD: 'off' });
  });
  afterAll(() => service.stop());

  beforeEach(async () => {
    // Begin from an account that Google and we both know as empty, and names that were never used.
    seed += 1;
    await service.google.control('PUT', '/control/accounts/demo', { persons: 0, seed });
    await service.google.control('DELETE', '/control/faults');
    const { status } = await service.api('POST', '/api/sync/full');
    expect(status).toBe(200);
  });

  const create = async (...persons: object[]): Promise<string[]> => {
    const { status, body } = await service.google.control('POST', '/control/persons', persons);
    expect(status).toBe(201);
    return (body as { resourceNames: string[] }).resourceNames;
  };
  const person = (name: string, phone = '06 12 34 56 78') => ({
    names: [{ givenName: name, displayName: name }],
    phoneNumbers: [{ value: phone }],
  });
  const idOf = (resourceName: string) => resourceName.replace('people/', '');
  const contacts = async (query = '') =>
    (await service.api('GET', `/api/contacts?limit=500${query}`)).body.items as Record<string, unknown>[];

  const deletedContact = async (resourceName: string | undefined) =>
    (await contacts('&includeDeleted=true')).find((contact) => contact.resourceName === resourceName);

  it('takes every person of a full sync, over several pages', async () => {
    await service.google.control('POST', '/control/persons', { count: 25 });

    const { status, body } = await service.api('POST', '/api/sync/full');

    expect(status).toBe(200);
    expect(body).toMatchObject({
      status: 'success',
      message: 'Full sync completed',
      statistics: { ...NOTHING, total_fetched: 25, created: 25, pages: 3 },
      run: {
        mode: 'full',
        trigger: 'manual',
        state: 'succeeded',
        fallbackReason: null,
        readModelCaughtUp: true,
      },
    });
    expect(await contacts()).toHaveLength(25);
  });

  it('emits nothing for contacts that did not change', async () => {
    await service.google.control('POST', '/control/persons', { count: 25 });
    const first = await service.api('POST', '/api/sync/full');

    const second = await service.api('POST', '/api/sync/full');

    expect(second.body.statistics).toEqual({ ...NOTHING, total_fetched: 25, unchanged: 25, pages: 3 });
    const after = first.body.run.lastPosition as string;
    expect((await service.api('GET', `/api/events?after=${after}`)).body.items).toEqual([]);
  });

  it('asks with the stored token and applies creations, updates and deletions', async () => {
    const [ada, bob] = await create(person('Ada'), person('Bob'), person('Cleo'));
    await service.api('POST', '/api/sync/full');
    await service.google.control('PATCH', `/control/persons/${idOf(ada ?? '')}`, {
      phoneNumbers: [{ value: '01 00 00 00 00' }],
    });
    await service.google.control('DELETE', `/control/persons/${idOf(bob ?? '')}`);
    await create(person('Dora'));

    const { body } = await service.api('POST', '/api/sync/incremental');

    expect(body).toMatchObject({
      message: 'Incremental sync completed',
      statistics: { ...NOTHING, total_fetched: 3, created: 1, updated: 1, deleted: 1 },
      run: { mode: 'incremental', fallbackReason: null },
    });
    expect((await contacts()).map((contact) => contact.displayName)).toEqual(['Ada', 'Cleo', 'Dora']);
    expect(await deletedContact(bob)).toMatchObject({
      deleted: true,
      deletedReason: 'deleted-in-google',
      version: 2,
    });
  });

  it('shows a contact’s history with what changed, and the contact as it was', async () => {
    const [ada] = await create(person('Ada', '01'));
    await service.api('POST', '/api/sync/full');
    await service.google.control('PATCH', `/control/persons/${idOf(ada ?? '')}`, {
      phoneNumbers: [{ value: '02' }],
    });
    await service.api('POST', '/api/sync/incremental');
    const id = (await contacts())[0]?.id as string;

    const { body } = await service.api('GET', `/api/contacts/${id}/history`);

    expect(body.items).toMatchObject([
      { version: 1, type: 'ContactUpdated', change: 'created', changedFields: [], before: null },
      {
        version: 2,
        change: 'updated',
        changedFields: ['phoneNumbers'],
        before: { phoneNumbers: [{ value: '01' }] },
        after: { phoneNumbers: [{ value: '02' }] },
      },
    ]);
    const asOf = encodeURIComponent(body.items[0].recordedAt as string);
    const then = await service.api('GET', `/api/contacts/${id}?asOf=${asOf}`);
    expect(then.body).toMatchObject({ version: 1, phoneNumbers: [{ value: '01' }] });
  });

  it.each([400, 410])('falls back to a full sync when the token is expired (HTTP %i)', async (status) => {
    const [ada, bob] = await create(person('Ada'), person('Bob'));
    await service.api('POST', '/api/sync/full');
    await service.google.control('DELETE', `/control/persons/${idOf(bob ?? '')}`);
    await service.google.control('POST', '/control/sync-tokens/expire', { status });

    const { body } = await service.api('POST', '/api/sync/incremental');

    expect(body).toMatchObject({
      message: 'Full sync completed',
      statistics: { total_fetched: 1, unchanged: 1, deleted: 1 },
      run: { mode: 'full', fallbackReason: 'sync-token-expired' },
    });
    expect((await contacts()).map((contact) => contact.resourceName)).toEqual([ada]);
    expect(await deletedContact(bob)).toMatchObject({ deletedReason: 'absent-from-full-sync' });
    expect((await service.api('POST', '/api/sync')).body.run).toMatchObject({ mode: 'incremental' });
  });

  it('deletes nothing and keeps the old token when the list ends without a new one', async () => {
    await service.google.control('POST', '/control/persons', { count: 25 });
    await service.api('POST', '/api/sync/full');
    await create(person('Zoe'));
    await service.google.control('POST', '/control/faults', {
      where: 'connections',
      when: { page: 2 },
      fault: { kind: 'truncate' },
    });

    const failed = await service.api('POST', '/api/sync/full');

    expect(failed.status).toBe(502);
    expect(failed.body).toMatchObject({ code: 'google-list-incomplete' });
    expect((await contacts()).length).toBeGreaterThanOrEqual(25);
    const next = await service.api('POST', '/api/sync/incremental');
    expect(next.body.run).toMatchObject({ mode: 'incremental', fallbackReason: null });
    expect(await contacts()).toHaveLength(26);
  });

  it('puts a person that cannot be understood into quarantine and goes on', async () => {
    await create(person('Ada'));
    await service.google.control('POST', '/control/faults', {
      where: 'connections',
      fault: { kind: 'replace-person', persons: ['{"resourceName":"people/bad","names":"no list"}'] },
    });

    const { status, body } = await service.api('POST', '/api/sync/full');

    expect(status).toBe(200);
    expect(body.statistics).toMatchObject({ errors: 1, created: 1 });
    expect(await contacts()).toHaveLength(1);
  });

  it('answers 409 to a second run of the account', async () => {
    await service.google.control('POST', '/control/faults', {
      where: 'connections',
      fault: { kind: 'hang' },
      times: 1,
    });
    const first = await service.api('POST', '/api/sync/full', undefined, { prefer: 'respond-async' });
    expect(first.status).toBe(202);

    const second = await service.api('POST', '/api/sync');

    expect(second.status).toBe(409);
    expect(second.body).toMatchObject({ code: 'sync-in-progress', runId: first.body.id });
    expect(second.headers.get('location')).toBe(`/api/sync/runs/${first.body.id as string}`);
    await service.google.control('DELETE', '/control/faults');
  });
});
