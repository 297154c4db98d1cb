import { describe, expect, it } from '@jest/globals';

import { changedGoogle } from './changed-google.js';

describe('A tombstone under a name that a person of the list had before', () => {
  const google = changedGoogle();

  it.each([
    ['the same page', 0, [1]],
    // With those that have changed already, the tombstone is the tenth and last of page 1.
    ['the page behind it', 5, [1, 2]],
  ])('is no deletion (the person is on %s)', async (_, others, pages) => {
    for (let made = 0; made < others; made += 1)
      await google.control('POST', '/control/persons', { count: 1 });
    await google.control('POST', `${google.person(3)}/rename`, { tombstone: true });

    const { body } = await google.sync();

    expect(body.statistics).toMatchObject({ created: 1 + others, updated: 3, deleted: 1 });
    expect(await google.pagesAsked()).toEqual(pages);
    await google.isGooglesState();
  });
});
