import { describe, expect, it } from '@jest/globals';
import { type SightOutcome } from '#contact';

import { byClass, type PageShown, RunTally } from './run-tally.js';

/** A page that shows these contacts, and whatever else is given. */
function page(seen: Record<string, SightOutcome>, more: Partial<PageShown> = {}): PageShown {
  return {
    ...byClass(new Map(Object.entries(seen))),
    tombstones: [],
    quarantined: [],
    understood: [],
    ...more,
  };
}

function tallyOf(...pages: PageShown[]): RunTally {
  const tally = new RunTally();
  for (const shown of pages) tally.addPage(shown);
  return tally;
}

describe('The counts of a run', () => {
  it('are all zero before its first page', () => {
    expect(tallyOf().statistics()).toEqual({
      total_fetched: 0,
      created: 0,
      updated: 0,
      deleted: 0,
      not_listed: 0,
      merged: 0,
      unchanged: 0,
      errors: 0,
      pages: 0,
    });
  });

  it('tell what became of each person, over all pages', () => {
    const tally = tallyOf(
      page({ a: 'created', b: 'restored', c: 'updated' }),
      page({ d: 'renamed', e: 'unchanged' }),
    );
    expect(tally.statistics()).toEqual({
      total_fetched: 5,
      created: 2,
      updated: 2,
      deleted: 0,
      not_listed: 0,
      merged: 0,
      unchanged: 1,
      errors: 0,
      pages: 2,
    });
  });

  it('count a page that shows nobody as a page', () => {
    expect(tallyOf(page({})).statistics()).toMatchObject({ total_fetched: 0, pages: 1 });
  });

  it('count each person once, however many pages show it', () => {
    const shown = page({ a: 'created' }, { tombstones: ['people/gone'], quarantined: ['people/odd'] });
    expect(tallyOf(shown, shown, shown).statistics()).toMatchObject({
      total_fetched: 3,
      created: 1,
      unchanged: 1,
      errors: 1,
      pages: 3,
    });
  });

  // From the least to the most.
  const outcomes: SightOutcome[] = ['unchanged', 'updated', 'renamed', 'restored', 'created'];
  const pairs = outcomes.flatMap((less, index) =>
    outcomes.slice(index + 1).map((more) => [less, more] as const),
  );
  it.each(pairs)('take the most that happened to a person: %s and %s count as the second', (less, more) => {
    const alone = tallyOf(page({ a: more }), page({})).statistics();
    expect(tallyOf(page({ a: less }), page({ a: more })).statistics()).toEqual(alone);
    expect(tallyOf(page({ a: more }), page({ a: less })).statistics()).toEqual(alone);
  });
});

describe('A tombstone', () => {
  const gone = page({}, { tombstones: ['people/a', 'people/b'] });

  it('that deleted nobody counts as unchanged', () => {
    expect(tallyOf(gone).statistics()).toMatchObject({ total_fetched: 2, deleted: 0, unchanged: 2 });
  });

  it('that deleted a contact counts as deleted, and no longer as unchanged', () => {
    const tally = tallyOf(gone);
    tally.addDeletions('deleted-in-google', 1);
    expect(tally.statistics()).toMatchObject({ total_fetched: 2, deleted: 1, unchanged: 1 });
  });

  it.each(['absent-from-full-sync', 'merged'] as const)(
    'is not what deleted a contact that is %s',
    (reason) => {
      const tally = tallyOf(gone);
      tally.addDeletions(reason, 2);
      expect(tally.statistics()).toMatchObject({ total_fetched: 2, deleted: 2, unchanged: 2 });
    },
  );

  it('that two contacts bore counts for each', () => {
    const tally = tallyOf(page({ a: 'unchanged' }, { tombstones: ['people/b'] }));
    tally.addDeletions('deleted-in-google', 2);
    expect(tally.statistics()).toMatchObject({ total_fetched: 3, deleted: 2, unchanged: 1 });
  });

  it('is known to have come, or not', () => {
    expect(tallyOf(page({ a: 'created' })).sawTombstones).toBe(false);
    expect(tallyOf(gone, page({})).sawTombstones).toBe(true);
  });
});

describe('Deletions', () => {
  it('add up, whatever their reason', () => {
    const tally = tallyOf();
    tally.addDeletions('absent-from-full-sync', 3);
    tally.addDeletions('absent-from-full-sync', 4);
    tally.addDeletions('merged', 1);
    expect(tally.statistics()).toMatchObject({ total_fetched: 0, deleted: 8, not_listed: 7, merged: 1 });
  });
});

describe('A person in quarantine', () => {
  it('was fetched, is an error, and nothing else', () => {
    const tally = tallyOf(page({}, { quarantined: ['people/a', 'source:b'] }));
    expect(tally.statistics()).toEqual({
      total_fetched: 2,
      created: 0,
      updated: 0,
      deleted: 0,
      not_listed: 0,
      merged: 0,
      unchanged: 0,
      errors: 2,
      pages: 1,
    });
  });
});

describe('A person that was not understood at first', () => {
  it('is no error any more once a later page shows it understood', () => {
    const odd = page({}, { quarantined: ['people/a', 'people/b'] });
    const tally = tallyOf(odd, page({ a: 'created' }, { understood: ['people/a'] }));
    expect(tally.statistics()).toMatchObject({ total_fetched: 2, created: 1, errors: 1 });
    const shown = ['people/a', 'people/b', 'people/c'].map((resourceName) => ({
      resourceName,
      previousResourceNames: [],
      sourceIds: [],
    }));
    expect(tally.nowUnderstood(shown)).toEqual(['people/b']);
  });
});

describe('Answers about contacts that a list left out', () => {
  it('count who is there as shown, and are no page', () => {
    const tally = tallyOf(page({ a: 'unchanged' }));
    tally.addAnswers(page({ b: 'updated' }), { alive: ['b'], gone: ['c', 'd'] });
    expect(tally.statistics()).toMatchObject({ total_fetched: 2, updated: 1, unchanged: 1, pages: 1 });
    expect(tally.absences(['d', 'e'])).toEqual({ asked: 4, gone: 1, alive: 1, unanswered: 2 });
  });

  it('count whose name led to nobody, and who was shown under another one, as alive', () => {
    const tally = tallyOf();
    tally.addAnswers(page({ a: 'updated' }), { alive: ['b'], gone: ['a'] });
    expect(tally.absences([])).toEqual({ asked: 2, gone: 0, alive: 2, unanswered: 0 });
  });

  it('count who was on an earlier list of the run, and is gone, as gone', () => {
    const tally = tallyOf(page({ a: 'unchanged' }));
    tally.addAnswers(page({}), { alive: [], gone: ['a'] });
    expect(tally.absences([])).toEqual({ asked: 1, gone: 1, alive: 0, unanswered: 0 });
  });

  it('count who was gone and is back as alive', () => {
    const tally = tallyOf();
    tally.addAnswers(page({}), { alive: [], gone: ['a'] });
    tally.addAnswers(page({ a: 'unchanged' }), { alive: ['a'], gone: [] });
    expect(tally.absences([])).toEqual({ asked: 1, gone: 0, alive: 1, unanswered: 0 });
  });
});

describe('The counts of a run that is over', () => {
  const before = {
    total_fetched: 10,
    created: 1,
    updated: 2,
    deleted: 3,
    not_listed: 2,
    merged: 0,
    unchanged: 4,
    errors: 5,
    pages: 6,
  };

  it('are those that it ended with', () => {
    expect(RunTally.of(before).statistics()).toEqual(before);
    expect(RunTally.of(before).sawTombstones).toBe(false);
  });

  it('grow by the deletions that were approved later, and by nothing else', () => {
    const tally = RunTally.of(before);
    tally.addDeletions('absent-from-full-sync', 4);
    expect(tally.statistics()).toEqual({ ...before, deleted: 7, not_listed: 6 });
  });
});
