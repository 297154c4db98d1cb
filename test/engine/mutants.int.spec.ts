import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

import { type NameAnswer, type PeoplePage, type PeopleSources, requestFingerprint } from '#google-people';

import { type Sabotage } from './history-player.js';
import { type Playground } from './play-histories.js';

const hashes = { followPosition: false };
const ordering = await import('../../libs/contact/src/canonical-order.js');
const { inCanonicalOrder, orderedBy } = { ...ordering };
jest.unstable_mockModule('../../libs/contact/src/canonical-order.js', () => ({
  inCanonicalOrder: <T extends object>(items: readonly T[]): readonly T[] =>
    hashes.followPosition ? items : inCanonicalOrder(items),
  orderedBy: <T>(items: readonly T[], keyOf: (item: T) => string): readonly T[] =>
    hashes.followPosition ? items : orderedBy(items, keyOf),
}));
const { LISTS } = await import('#sync');
const { openPlayground, playHistories } = await import('./play-histories.js');

/**
 * Within how many histories a mutant must be caught. The seeds are fixed, so that this is not chance, and are ones that
 * show it soon.
 */
const ENOUGH = 10;

/** An engine that handles an answer wrongly. */
function answering(sources: PeopleSources, change: (page: PeoplePage) => Promise<PeoplePage>): PeopleSources {
  return {
    pageSize: sources.pageSize,
    whoIs: (grant, signal) => sources.whoIs(grant, signal),
    open: (grant, list) => {
      const source = sources.open(grant, list);
      return {
        ...source,
        fetchPage: async (request, signal) => change(await source.fetchPage(request, signal)),
      };
    },
  };
}

const cursorBeforeWork: Sabotage = (sources, lane, accountId) =>
  answering(sources, async (page) => {
    if (page.nextSyncToken !== null) {
      await lane.sql('update sync_lists set sync_token = $2, sync_token_request = $3 where account_id = $1', [
        accountId,
        page.nextSyncToken,
        requestFingerprint(LISTS.contacts.source, sources.pageSize),
      ]);
    }
    return page;
  });

const sweepOnTruncatedList: Sabotage = (sources) =>
  answering(sources, (page) =>
    Promise.resolve(
      page.nextPageToken === null && page.nextSyncToken === null ? { ...page, nextSyncToken: 'none' } : page,
    ),
  );

const takesAllForGone: Sabotage = (sources) => ({
  pageSize: sources.pageSize,
  whoIs: (grant, signal) => sources.whoIs(grant, signal),
  open: (grant, list) => {
    const source = sources.open(grant, list);
    const gone = { kind: 'gone' } as const satisfies NameAnswer;
    return {
      ...source,
      lookUp: (names) => Promise.resolve(new Map(names.map((name) => [name, gone]))),
    };
  },
});

describe('An engine with a defect planted in it', () => {
  let playground: Playground;
  beforeAll(async () => {
    playground = await openPlayground(1);
  });
  afterAll(() => playground.close());

  it.each<{ does: string; sabotage?: Sabotage; followPosition?: boolean; seed: number; says: RegExp }>([
    {
      does: 'saves the sync token before the work that it stands for',
      sabotage: cursorBeforeWork,
      seed: 27,
      says: /^(sync token of a run|account after a dry run)/,
    },
    {
      does: 'sweeps after a list that was cut off',
      sabotage: sweepOnTruncatedList,
      seed: 33,
      says: /(is false: Google has it|has no live contact)$/,
    },
    {
      does: 'takes whoever a list leaves out for deleted',
      sabotage: takesAllForGone,
      seed: 2,
      says: /is false: Google has it$/,
    },
    {
      does: 'hashes items in the order in which they came',
      followPosition: true,
      seed: 1,
      // Where they are hashed as they came, they are chosen as they came, too.
      says: /^fields of ContactUpdated|(without a change|says what Google never had)$/,
    },
  ])(
    'that $does is caught by the histories that a sound one holds in',
    async ({ sabotage = null, followPosition = false, seed, says }) => {
      hashes.followPosition = followPosition;
      const broken = await playHistories(playground, { count: ENOUGH, seed }, { sabotage, shrink: false });
      hashes.followPosition = false;
      const sound = await playHistories(playground, { count: broken.numRuns, seed }, { shrink: false });

      expect(broken.failed).toBe(true);
      expect((broken.errorInstance as Error).message).toMatch(says);
      expect(sound.errorInstance ?? null).toBeNull();
    },
    300_000,
  );
});
