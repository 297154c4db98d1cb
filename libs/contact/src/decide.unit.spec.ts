import { describe, expect, it } from '@jest/globals';

import {
  type Contact,
  type ContactCommand,
  type ContactEvent,
  type ContactSnapshot,
  decide,
  evolve,
  initialState,
  type SeenPerson,
} from './index.js';
import { ACCOUNT, contextAt, digest, person } from './support/given.spec.js';

const ada = person('a', { sources: ['1'] }, { names: [{ givenName: 'Ada' }] });
const eva = person('a', { sources: ['1'] }, { names: [{ givenName: 'Eva' }] });

/** A command, or a sight of a person, which is compared with what was seen last. */
type Happening = SeenPerson | Extract<ContactCommand, { kind: 'delete' }>;

const remove: Happening = { kind: 'delete', reason: 'deleted-in-google' };

/** What has happened to a contact, command by command, a second each. */
function after(...happenings: readonly Happening[]): {
  snapshot: ContactSnapshot | null;
  events: ContactEvent[];
} {
  let snapshot = initialState;
  const events: ContactEvent[] = [];
  let known: Contact | null = null;
  happenings.forEach((happening, second) => {
    const command: ContactCommand =
      'reason' in happening ? happening : { kind: 'see', contactId: 'id', person: happening, last: known };
    for (const event of decide(command, snapshot, contextAt(second))) {
      events.push(event);
      snapshot = evolve(snapshot, event, digest);
      if (event.type === 'ContactUpdated') known = event.contact;
    }
  });
  return { snapshot, events };
}

const last = (...happenings: readonly Happening[]): ContactEvent | undefined =>
  after(...happenings).events.at(-1);

describe('A contact that is seen', () => {
  it('given nothing, when a person is seen, then a contact is created with all that the person says', () => {
    expect(after(ada).events).toEqual([
      {
        type: 'ContactUpdated',
        change: 'created',
        changedFields: [],
        before: null,
        contactId: 'id',
        accountId: ACCOUNT,
        resourceName: 'people/a',
        version: 1,
        runId: 'run-0',
        occurredAt: '2025-01-01T00:00:00.000Z',
        contact: {
          id: 'id',
          accountId: ACCOUNT,
          resourceName: 'people/a',
          ...ada.details,
          updatedAt: '2025-01-01T00:00:00.000Z',
        },
      },
    ]);
  });

  it('given a time of its last change from Google, when it is created, then the contact tells it', () => {
    const googleUpdatedAt = '2023-02-24T16:40:20.181Z';
    expect(last({ ...ada, googleUpdatedAt })).toMatchObject({
      occurredAt: '2025-01-01T00:00:00.000Z',
      contact: { updatedAt: googleUpdatedAt },
    });
  });

  it('given a contact, when it is seen as it was, then there is no event', () => {
    expect(after(ada, ada, ada).events).toHaveLength(1);
  });

  it('given a contact, when only its update time is another, then there is no event', () => {
    const touched = { ...ada, googleUpdatedAt: '2023-02-24T16:40:20.181Z' };
    expect(after(ada, touched).events).toHaveLength(1);
  });

  it('given a contact, when it says something else, then it is updated, and what changed is told as it was', () => {
    const { snapshot, events } = after(ada, eva);
    expect(events).toHaveLength(2);
    expect(events[1]).toMatchObject({
      type: 'ContactUpdated',
      change: 'updated',
      changedFields: ['displayName', 'givenName'],
      before: { displayName: 'Ada', givenName: 'Ada' },
      version: 2,
      runId: 'run-1',
      occurredAt: '2025-01-01T00:00:01.000Z',
      contact: { id: 'id', givenName: 'Eva' },
    });
    expect(snapshot).toMatchObject({ version: 2, lastEventAt: '2025-01-01T00:00:01.000Z' });
  });

  it('given a contact, when it is seen under another name, then it is renamed and nothing else', () => {
    const renamed = { ...ada, resourceName: 'people/b' };
    const { events } = after(ada, renamed, renamed);
    expect(events).toHaveLength(2);
    expect(events[1]).toMatchObject({
      change: 'renamed',
      changedFields: ['resourceName'],
      before: { resourceName: 'people/a' },
      contactId: 'id',
      resourceName: 'people/b',
      version: 2,
      contact: { id: 'id', resourceName: 'people/b' },
    });
  });

  it('given a contact, when it is renamed and edited at once, then one event says both, the name first', () => {
    const { events } = after(ada, { ...eva, resourceName: 'people/b' });
    expect(events).toHaveLength(2);
    expect(events[1]).toMatchObject({
      change: 'renamed',
      changedFields: ['resourceName', 'displayName', 'givenName'],
      before: { resourceName: 'people/a', displayName: 'Ada', givenName: 'Ada' },
      contact: { givenName: 'Eva' },
    });
  });

  it.each([
    ['as it was', ada],
    ['with other details', eva],
    ['under another name', { ...eva, resourceName: 'people/b' }],
  ])('given a deleted contact, when it is seen %s, then it is restored in the same stream', (_, again) => {
    const { snapshot, events } = after(ada, remove, again);
    expect(events).toHaveLength(3);
    expect(events[2]).toMatchObject({
      type: 'ContactUpdated',
      change: 'restored',
      changedFields: [],
      before: null,
      contactId: 'id',
      version: 3,
      resourceName: again.resourceName,
      contact: again.details,
    });
    expect(snapshot).toMatchObject({ deleted: false, version: 3, createdAt: '2025-01-01T00:00:00.000Z' });
  });

  it('given a contact whose last state nobody knows, when it has changed, then nothing is made up', () => {
    const known = after(ada).snapshot;
    const sight = { kind: 'see', contactId: 'id', person: eva, last: null } as const;
    expect(() => decide(sight, known, contextAt(1))).toThrow('it is not known what it was');
  });

  it('given a restored contact, when it is seen again or edited, then it is compared with what it was restored to', () => {
    expect(after(ada, remove, eva, eva).events).toHaveLength(3);
    expect(last(ada, remove, eva, ada)).toMatchObject({ change: 'updated', version: 4 });
  });
});

describe('A contact that is gone', () => {
  it.each([
    ['deleted-in-google', undefined],
    ['absent-from-full-sync', undefined],
    ['account-erased', undefined],
    ['merged', 'survivor'],
  ] as const)('given a contact, when it is deleted as %s, then one event says so', (reason, mergedInto) => {
    const command: Happening = {
      kind: 'delete',
      reason,
      ...(mergedInto !== undefined && { mergedInto }),
    };
    const { snapshot, events } = after(ada, { ...ada, resourceName: 'people/b' }, command);
    expect(events).toHaveLength(3);
    expect(events[2]).toEqual({
      type: 'ContactDeleted',
      contactId: 'id',
      accountId: ACCOUNT,
      resourceName: 'people/b',
      version: 3,
      reason,
      mergedInto: mergedInto ?? null,
      runId: 'run-2',
      occurredAt: '2025-01-01T00:00:02.000Z',
    });
    expect(snapshot).toMatchObject({ deleted: true, version: 3, resourceName: 'people/b' });
  });

  it('given a deleted contact, when it is deleted again for whatever reason, then there is no event', () => {
    expect(
      after(ada, remove, remove, { kind: 'delete', reason: 'absent-from-full-sync' }).events,
    ).toHaveLength(2);
  });

  it('given nothing, when it is deleted, then there is no event', () => {
    expect(after(remove).events).toEqual([]);
  });
});

describe("A contact's snapshot", () => {
  it('given a first event, when it evolves, then it knows the contact by it', () => {
    expect(after(ada).snapshot).toEqual({
      contactId: 'id',
      accountId: ACCOUNT,
      resourceName: 'people/a',
      version: 1,
      deleted: false,
      sourceIds: [],
      formerNames: [],
      fingerprint: expect.stringContaining('Ada'),
      lastEventAt: '2025-01-01T00:00:00.000Z',
      createdAt: '2025-01-01T00:00:00.000Z',
    });
  });

  it('given a deletion, when it evolves, then it still knows what the contact was', () => {
    const before = after(ada).snapshot;
    expect(after(ada, remove).snapshot).toEqual({
      ...before,
      version: 2,
      deleted: true,
      lastEventAt: '2025-01-01T00:00:01.000Z',
    });
  });

  it('given a deletion and nothing before it, when it evolves, then it does not fail', () => {
    const event = after(ada, remove).events[1];
    expect(event && evolve(null, event, digest)).toMatchObject({
      deleted: true,
      fingerprint: '',
      sourceIds: [],
      formerNames: [],
    });
  });

  it('given source ids, when it evolves, then they stay', () => {
    const [created, edited, gone] = after(ada, eva, remove).events;
    if (!created || !edited || !gone) throw new Error('Three events were expected');
    const known = { ...evolve(null, created, digest), sourceIds: ['1', '2'] };
    expect(evolve(evolve(known, edited, digest), gone, digest).sourceIds).toEqual(['1', '2']);
  });

  it('given a chain of names, when it evolves, then each name that it left is known once', () => {
    const names = ['a', 'b', 'b', 'c', 'a', 'b', 'd'];
    const sights = names.map((name) => ({ ...ada, resourceName: `people/${name}` }));
    expect(after(...sights).snapshot).toMatchObject({
      resourceName: 'people/d',
      formerNames: ['people/a', 'people/b', 'people/c'],
    });
  });
});
