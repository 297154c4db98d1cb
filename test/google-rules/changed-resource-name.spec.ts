import { describe, expect, it } from '@jest/globals';

import { changedGoogle } from './changed-google.js';

describe('A person whose resource name changed', () => {
  const google = changedGoogle();

  const contactIds = async (): Promise<Record<string, string>> => {
    const { items } = (await google.service.api('GET', '/api/contacts?limit=500')).body;
    return Object.fromEntries(
      (items as { id: string; resourceName: string }[]).map(({ id, resourceName }) => [resourceName, id]),
    );
  };
  const nameOf = (index: number): string => google.names[index] ?? '';

  it.each(['', '/full'])('is the same contact (%p)', async (path) => {
    const before = await contactIds();
    const renamed = await google.control('POST', `${google.person(3)}/rename`);

    const { body } = await google.sync(path);

    expect(body.statistics).toMatchObject({ created: 1, updated: 3, deleted: 1 });
    const after = await contactIds();
    expect(after[renamed.body.resourceName as string]).toBe(before[nameOf(3)]);
    expect(after).not.toHaveProperty([nameOf(3)]);
    await google.isGooglesState();
  });

  it('for that of another one, and that for its own, are the same two contacts', async () => {
    const before = await contactIds();
    await google.control('POST', '/control/persons/swap-names', {
      a: nameOf(3).replace('people/', ''),
      b: nameOf(4).replace('people/', ''),
    });

    const { body } = await google.sync();

    expect(body.statistics).toMatchObject({ created: 1, updated: 4, deleted: 1 });
    const after = await contactIds();
    expect([after[nameOf(3)], after[nameOf(4)]]).toEqual([before[nameOf(4)], before[nameOf(3)]]);
    await google.isGooglesState();
  });
});
