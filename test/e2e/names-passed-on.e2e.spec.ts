import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { startTestService, type TestService } from '../support/service.js';

describe('A name that one person left and another one bears now', () => {
  let service: TestService;
  let seed = 0;
  beforeAll(async () => {
    // A page a person: what one page shows, the next one's persons may lay claim to.
    service = await startTestService({ SYNC_PAGE_SIZE: '1', DELETION_GUARD: 'off' });
  });
  afterAll(() => service.stop());

  let ada: string;
  let newName: string;
  beforeEach(async () => {
    seed += 1;
    await service.google.control('PUT', '/control/accounts/demo', { persons: 0, seed });
    expect((await service.api('POST', '/api/sync/full')).status).toBe(200);
    ada = await create({ names: [{ givenName: 'Ada' }] });
    await service.api('POST', '/api/sync/full');
    const renamed = await service.google.control('POST', `/control/persons/${idOf(ada)}/rename`);
    newName = renamed.body.resourceName as string;
  });

  const idOf = (resourceName: string) => resourceName.replace('people/', '');
  const create = async (person: object): Promise<string> =>
    (await service.google.control('POST', '/control/persons', person)).body.resourceName as string;
  const live = async (): Promise<string[][]> => {
    const { items } = (await service.api('GET', '/api/contacts?limit=500')).body;
    return (items as { resourceName: string; displayName: string }[])
      .map(({ resourceName, displayName }) => [resourceName, displayName])
      .sort();
  };

  it('stays with the one that an earlier page of the list showed under it', async () => {
    await create({ resourceName: ada, names: [{ givenName: 'Bob' }] });
    // Google lists changes in their order, so Ada, who was called so before, comes after Bob.
    await service.google.control('PATCH', `/control/persons/${idOf(newName)}`, {});

    const { body } = await service.api('POST', '/api/sync/incremental');

    expect(body).toMatchObject({ run: { mode: 'incremental' }, statistics: { pages: 2, deleted: 0 } });
    expect(await live()).toEqual(
      [
        [ada, 'Bob'],
        [newName, 'Ada'],
      ].sort(),
    );
    expect((await service.api('POST', '/api/sync/full')).body.statistics).toMatchObject({ unchanged: 2 });
  });

  it('is the way to the contact of the one that left it, if the list shows nobody else under it', async () => {
    const { body } = await service.api('POST', '/api/sync/incremental');

    expect(body.statistics).toMatchObject({ created: 0, updated: 1, deleted: 0 });
    expect(await live()).toEqual([[newName, 'Ada']]);
  });

  it('stays so in a list that is refused in the middle and begins again', async () => {
    await create({ resourceName: ada, names: [{ givenName: 'Bob' }] });
    await service.google.control('PATCH', `/control/persons/${idOf(newName)}`, {});
    await service.google.control('POST', '/control/faults', {
      where: 'connections',
      when: { page: 2 },
      fault: { kind: 'loop-page-token' },
    });

    const { body } = await service.api('POST', '/api/sync/incremental');

    expect(body).toMatchObject({ status: 'success' });
    expect(await live()).toEqual(
      [
        [ada, 'Bob'],
        [newName, 'Ada'],
      ].sort(),
    );
  });

  it('of a merged person leads to the survivor, but whoever bears it next is deleted without it', async () => {
    const bob = await create({ names: [{ givenName: 'Bob' }] });
    await service.api('POST', '/api/sync/incremental');
    await service.google.control('POST', `/control/persons/${idOf(bob)}/merge`, { into: idOf(newName) });
    expect((await service.api('POST', '/api/sync/incremental')).body.statistics).toMatchObject({
      deleted: 1,
    });
    await create({ resourceName: bob, names: [{ givenName: 'Eva' }] });
    await service.google.control('DELETE', `/control/persons/${idOf(bob)}`);

    const { body } = await service.api('POST', '/api/sync/incremental');

    expect(body.statistics).toMatchObject({ deleted: 0 });
    expect(await live()).toEqual([[newName, 'Ada']]);
  });

  it('and left long ago is still its contact’s, when the deletion arrives under it', async () => {
    await service.api('POST', '/api/sync/incremental');
    await service.google.control('POST', '/control/faults', {
      where: 'connections',
      fault: { kind: 'replace-person', persons: [{ resourceName: ada, metadata: { deleted: true } }] },
    });

    const { body } = await service.api('POST', '/api/sync/incremental');

    expect(body.statistics).toMatchObject({ deleted: 1 });
    expect(await live()).toEqual([]);
  });
});
