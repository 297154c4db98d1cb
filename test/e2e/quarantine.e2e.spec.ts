import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { startTestService, type TestService } from '../support/service.js';
import { sql } from '../support/sql.js';
import { waitFor } from '../support/wait-for.js';

interface Entry {
  readonly id: string;
  readonly resourceName: string | null;
  readonly runId: string;
  readonly error: string;
  readonly state: string;
}

describe('A person that cannot be understood', () => {
  let service: TestService;
  let names: string[];
  let seed = 300;
  beforeAll(async () => {
    service = await startTestService({ SYNC_PAGE_SIZE: '10', DELETION_GUARD: 'off' });
  });
  afterAll(() => service.stop());

  beforeEach(async () => {
    seed += 1;
    await service.google.control('DELETE', '/control/faults');
    await service.google.control('PUT', '/control/accounts/demo', { persons: 5, seed });
    await service.api('POST', '/api/sync/full');
    for (const { id } of await entries('&state=open'))
      await service.api('POST', `/api/quarantine/${id}/discard`);
    const { items } = (await service.google.control('GET', '/control/persons')).body;
    names = (items as { resourceName: string }[]).map((person) => person.resourceName);
  });

  const idOf = (resourceName: string | undefined) => resourceName?.replace('people/', '') ?? '';
  async function entries(query = ''): Promise<Entry[]> {
    return (await service.api('GET', `/api/quarantine?limit=500${query}`)).body.items as Entry[];
  }
  const open = () => entries('&state=open');
  const only = async (): Promise<Entry> => {
    const [entry, ...others] = await open();
    expect(others).toEqual([]);
    if (entry === undefined) throw new Error('Nobody is in quarantine');
    return entry;
  };
  const stateOf = async (entry: Entry): Promise<string> =>
    (await service.api('GET', `/api/quarantine/${entry.id}`)).body.state as string;
  const replay = (entry: Entry) => service.api('POST', `/api/quarantine/${entry.id}/replay`);
  const sync = (path = '') => service.api('POST', `/api/sync${path}`);
  /** The next list has these persons too, or instead of the one at that place, as they are. */
  const show = (persons: readonly (object | string)[], at?: number) =>
    service.google.control('POST', '/control/faults', {
      where: 'connections',
      fault: {
        kind: 'replace-person',
        persons: persons.map((person) => (typeof person === 'string' ? person : JSON.stringify(person))),
        ...(at === undefined ? {} : { at }),
      },
    });
  const source = (id: string) => ({ sources: [{ type: 'CONTACT', id }] });
  const broken = (more: object = {}) => ({ resourceName: `people/broken${seed}`, names: 'no list', ...more });
  const mend = async (entry: Entry, payload: object) =>
    sql(service.database, 'update quarantined_persons set payload = $2::json where id = $1', [
      entry.id,
      JSON.stringify(payload),
    ]);
  const events = async (resourceName: string) =>
    sql<{ version: number; type: string; run_id: string; data: Record<string, unknown> }>(
      service.database,
      `select version, type, run_id, data from events where data ->> 'resourceName' = $1 order by position`,
      [resourceName],
    );

  it('is kept with its payload, the run and what is wrong, and stops neither the run nor the token', async () => {
    const person = broken({ emailAddresses: [{ value: 'ada@example.org' }], metadata: source('s1') });
    await show([person]);

    const { status, body } = await sync('/full');

    expect(status).toBe(200);
    expect(body).toMatchObject({
      status: 'success',
      statistics: { total_fetched: 6, unchanged: 5, errors: 1 },
    });
    const entry = await only();
    expect(entry).toEqual({
      id: expect.any(String),
      accountId: body.run.accountId,
      accountName: expect.stringMatching(/./),
      resourceName: `people/broken${seed}`,
      runId: body.run.id,
      error: expect.stringMatching(/names.*a list/),
      occurredAt: expect.any(String),
      state: 'open',
    });
    expect((await service.api('GET', `/api/quarantine/${entry.id}`)).body).toMatchObject({
      ...entry,
      payload: person,
    });
    expect(await events(`people/broken${seed}`)).toEqual([]);
    expect((await sync()).body.run).toMatchObject({ mode: 'incremental', state: 'succeeded' });
  });

  it('is listed once with all others of its page, however few the list shows at a time', async () => {
    const persons = ['a', 'b', 'c', 'd'].map((name) => broken({ resourceName: `people/${name}${seed}` }));
    await show(persons);
    await sync('/full');

    const listed: (string | null)[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const { body } = await service.api(
        'GET',
        `/api/quarantine?state=open&limit=1${cursor === '' ? '' : `&cursor=${cursor}`}`,
      );
      listed.push(...(body.items as Entry[]).map(({ resourceName }) => resourceName));
      cursor = body.nextCursor as string | null;
    }

    expect(listed.sort()).toEqual(persons.map(({ resourceName }) => resourceName));
  });

  it('is told by its error where it is wrong, never what it holds', async () => {
    await show([broken({ names: [{ givenName: 'Ada Secret', displayName: { secret: 'Secret' } }] })]);
    await sync('/full');
    expect((await only()).error).toMatch(/names\[0\]\.displayName/);
    expect((await only()).error).not.toMatch(/secret/i);
  });

  it('keeps its contact as it was, and nothing deletes it', async () => {
    await show([{ resourceName: names[0], names: 'no list' }], 0);

    const { body } = await sync('/full');

    expect(body.statistics).toMatchObject({ errors: 1, deleted: 0 });
    expect(await events(names[0] ?? '')).toHaveLength(1);
  });

  it('keeps its contact also when Google gives it another name meanwhile', async () => {
    // A full list gives no previous names: only the source tells who it is.
    const [row] = await sql<{ source: string }>(
      service.database,
      'select source_ids[1] as source from contact_snapshots where resource_name = $1',
      [names[0]],
    );
    await service.google.control('DELETE', `/control/persons/${idOf(names[0])}`);
    await show([broken({ metadata: source(row?.source ?? '') })]);

    const { body } = await sync('/full');

    expect(body.statistics).toMatchObject({ errors: 1, deleted: 0 });
    expect(await events(names[0] ?? '')).toHaveLength(1);
  });

  it('keeps its contact also when Google reports its earlier name as deleted', async () => {
    const former = names[0] ?? '';
    await service.google.control('DELETE', `/control/persons/${idOf(former)}`);
    await show([broken({ metadata: { ...source('elsewhere'), previousResourceNames: [former] } })]);

    const { body } = await sync('/incremental');

    expect(body.statistics).toMatchObject({ errors: 1, deleted: 0 });
    expect(await events(former)).toHaveLength(1);
  });

  it('is one entry, however often it comes, with what came last', async () => {
    await show([broken({ urls: 1 })]);
    await sync('/full');
    const first = await only();
    await show([broken({ urls: 2 }), broken({ urls: 3 })]);
    const { body } = await sync('/full');

    expect(body.statistics).toMatchObject({ errors: 1 });
    const entry = await only();
    expect(entry).toMatchObject({ id: first.id, runId: body.run.id });
    expect((await service.api('GET', `/api/quarantine/${entry.id}`)).body.payload.urls).toBe(3);
  });

  it('without a name is one entry by its source id, without that by its payload', async () => {
    const bySource = (note: number) => ({ metadata: source(`only${seed}`), names: [], note });
    await show([
      bySource(1),
      bySource(2),
      { names: [] },
      { names: [] },
      { names: [1] },
      'null',
      '"text"',
      '[]',
    ]);
    await sync('/full');

    expect(await open()).toHaveLength(6);
    await show([bySource(3), { names: [] }]);
    await sync('/full');
    const now = await open();
    expect(now.every(({ resourceName }) => resourceName === null)).toBe(true);
    const payloads = await sql<{ note: string }>(
      service.database,
      `select payload ->> 'note' as note from quarantined_persons
       where state = 'open' and source_ids = array['only${seed}']`,
    );
    expect(payloads).toEqual([{ note: '3' }]);
  });

  it.each([
    ['a lone surrogate', '{"resourceName":"people/bad","names":[{"displayName":5,"givenName":"\\ud800"}]}'],
    ['U+0000', '{"resourceName":"people/bad","names":[{"displayName":5,"givenName":"a\\u0000b"}]}'],
    [
      '__proto__',
      '{"resourceName":"people/bad","names":5,"__proto__":{"admin":true},"constructor":{"__proto__":1}}',
    ],
    ['a name with a lone surrogate and U+0000', '{"resourceName":"people/b\\ud800\\u0000d","names":5}'],
  ])('is kept to the character where its payload holds %s', async (_, text) => {
    await show([text]);
    expect((await sync('/full')).body.statistics).toMatchObject({ errors: 1 });

    const entry = await only();

    const answer = await fetch(`${service.url}/api/quarantine/${entry.id}`);
    const { payload } = JSON.parse(await answer.text()) as { payload: unknown };
    expect(JSON.stringify(payload)).toBe(JSON.stringify(JSON.parse(text)));
    expect(({} as { admin?: unknown }).admin).toBeUndefined();
  });

  it('with odd characters only is no case for quarantine', async () => {
    const text = `{"resourceName":"people/odd${seed}","names":[{"displayName":"A\\u0000da \\ud800"}],"__proto__":{"names":7}}`;
    await show([text]);

    expect((await sync('/full')).body.statistics).toMatchObject({ created: 1, errors: 0 });

    const [event] = await events(`people/odd${seed}`);
    expect(event?.data.contact).toMatchObject({ displayName: 'Ada \ufffd' });
  });

  describe('that is understood later', () => {
    it.each([
      ['under its name', () => ({ resourceName: `people/broken${seed}` })],
      [
        'under another name with the same source',
        () => ({ resourceName: 'people/other', metadata: source('s9') }),
      ],
      [
        'under another name that lists the first',
        () => ({
          resourceName: 'people/third',
          metadata: { previousResourceNames: [`people/broken${seed}`] },
        }),
      ],
    ])('needs no one’s attention any more: %s', async (_, person) => {
      await show([broken({ metadata: source('s9') })]);
      await sync('/full');
      const entry = await only();
      await show([person()]);
      await sync('/incremental');

      expect(await stateOf(entry)).toBe('superseded');
      const refused = await replay(entry);
      expect(refused.status).toBe(409);
      expect(refused.body).toMatchObject({ code: 'superseded' });
    });

    it('is not created anew when Google deleted it before anybody understood it', async () => {
      await show([broken()]);
      await sync('/incremental');
      const entry = await only();
      await show([{ resourceName: `people/broken${seed}`, metadata: { deleted: true } }]);
      await sync('/incremental');

      expect(await stateOf(entry)).toBe('superseded');
      await mend(entry, { resourceName: `people/broken${seed}`, names: [{ displayName: 'Ghost' }] });
      expect((await replay(entry)).status).toBe(409);
      expect(await events(`people/broken${seed}`)).toEqual([]);
    });

    it('is not created anew when a complete list no longer has it', async () => {
      await show([broken()]);
      await sync('/full');
      const entry = await only();
      await sync('/full');

      expect(await stateOf(entry)).toBe('superseded');
    });

    it('stays open where a list was not complete', async () => {
      await show([broken()]);
      await sync('/full');
      const entry = await only();
      await service.google.control('POST', '/control/faults', {
        where: 'connections',
        fault: { kind: 'truncate' },
      });
      expect((await sync('/full')).status).toBe(502);
      await sync('/incremental');

      expect(await stateOf(entry)).toBe('open');
    });
  });

  describe('that somebody looks at', () => {
    interface Look {
      readonly understood: Record<string, unknown> | null;
      readonly notUnderstood: unknown[];
      readonly replay: Record<string, unknown> | null;
    }
    const look = async (entry: Entry): Promise<Look> =>
      (await service.api('GET', `/api/quarantine/${entry.id}`)).body as Look;
    const stored = async () => {
      const [row] = await sql(
        service.database,
        `select (select count(*) from events) as events, (select sum(fencing_token) from leases) as leases,
           (select json_agg(s order by contact_id)::text from contact_snapshots s) as snapshots,
           (select json_agg(k order by key)::text from contact_keys k) as keys`,
      );
      return row;
    };
    /** What a replay says it would do; it is done then, and compared. */
    const replayedAsSaid = async (entry: Entry): Promise<Record<string, unknown>> => {
      const before = await stored();
      const { replay: said } = await look(entry);
      expect(await stored()).toEqual(before);
      expect((await replay(entry)).status).toBe(200);
      const { items } = (await service.api('GET', `/api/contacts/${String(said?.contactId)}/history`)).body;
      const {
        change,
        version,
        changedFields,
        before: was,
        after,
      } = (items as Record<string, unknown>[]).at(-1) ?? {};
      if (said?.outcome !== 'unchanged') {
        expect(said).toMatchObject({ outcome: change, version, changedFields, before: was, after });
      }
      expect((await look(entry)).replay).toBeNull();
      return said ?? {};
    };

    it('shows what is understood of it, and each place that is not', async () => {
      await show([
        {
          resourceName: `people/broken${seed}`,
          names: [{ givenName: 'Wilma' }],
          phoneNumbers: [{ value: '+358 45 7396' }, { value: 35845 }],
          urls: 7,
        },
      ]);
      await sync('/full');

      const shown = await look(await only());

      expect(shown.understood).toMatchObject({
        displayName: 'Wilma',
        phoneNumbers: [{ value: '+358 45 7396' }],
        urls: [],
        biography: null,
      });
      expect(shown.notUnderstood).toEqual([
        { path: 'phoneNumbers[1].value', problem: 'should be a string, but is a number' },
        { path: 'urls', problem: 'should be a list, but is a number' },
      ]);
      expect(shown.replay).toEqual({
        outcome: 'still-not-understood',
        contactId: null,
        version: null,
        changedFields: [],
        before: null,
        after: null,
        mergedContactIds: [],
      });
    });

    it('shows the contact that it would become', async () => {
      await show([broken()]);
      await sync('/full');
      const entry = await only();
      await mend(entry, { resourceName: `people/broken${seed}`, names: [{ displayName: 'Ada' }] });

      expect(await replayedAsSaid(entry)).toMatchObject({
        outcome: 'created',
        version: 1,
        before: null,
        after: { displayName: 'Ada', phoneNumbers: [] },
      });
    });

    it('shows what it would change of the contact that it is', async () => {
      const [name = ''] = names;
      await show([{ resourceName: name, names: 'no list' }]);
      await sync('/incremental');
      const entry = await only();
      const { items } = (await service.api('GET', '/api/contacts?limit=500')).body;
      const was = (items as Record<string, unknown>[]).find(({ resourceName }) => resourceName === name);
      await mend(entry, { resourceName: name, names: [{ displayName: 'Renewed' }] });

      const said = await replayedAsSaid(entry);
      expect(said).toMatchObject({
        outcome: 'updated',
        contactId: was?.id,
        version: 2,
        changedFields: expect.arrayContaining(['displayName']),
        before: { displayName: was?.displayName },
        after: { displayName: 'Renewed' },
      });
    });

    it('shows nothing of a payload that is removed', async () => {
      await show([broken()]);
      await sync('/full');
      const entry = await only();
      await service.api('POST', `/api/quarantine/${entry.id}/discard`);
      await sql(service.database, 'update quarantined_persons set payload = null where id = $1', [entry.id]);

      expect(await look(entry)).toMatchObject({
        state: 'discarded',
        payload: null,
        understood: null,
        notUnderstood: [],
        replay: null,
      });
    });
  });

  describe('that is replayed', () => {
    it('becomes a contact by the rules of today, with the run that saw it', async () => {
      await show([broken()]);
      const { body } = await sync('/full');
      const entry = await only();
      const still = await replay(entry);
      expect(still.status).toBe(422);
      expect(still.body).toMatchObject({ code: 'still-not-understood' });
      expect(await stateOf(entry)).toBe('open');
      await mend(entry, { resourceName: `people/broken${seed}`, names: [{ displayName: 'Ada' }] });

      const replayed = await replay(entry);

      expect(replayed.status).toBe(200);
      expect(replayed.body).toEqual({ ...entry, state: 'replayed' });
      expect(await events(`people/broken${seed}`)).toMatchObject([
        { version: 1, type: 'ContactUpdated', run_id: body.run.id, data: { change: 'created' } },
      ]);
      await waitFor(
        async () => (await service.api('GET', '/api/contacts?q=Ada')).body.items[0]?.displayName === 'Ada',
        { what: 'the read model' },
      );
      const again = await replay(entry);
      expect(again.status).toBe(409);
      expect(again.body).toMatchObject({ code: 'replayed' });
    });

    it('is the contact that it was before it could not be understood', async () => {
      const name = names[0] ?? '';
      await show([{ resourceName: name, names: 'no list' }]);
      await sync('/incremental');
      const entry = await only();
      await mend(entry, { resourceName: name, names: [{ displayName: 'Renewed' }] });

      expect((await replay(entry)).status).toBe(200);

      const [, second, ...others] = await events(name);
      expect(second).toMatchObject({ version: 2, data: { change: 'updated' } });
      expect(others).toEqual([]);
    });

    it('is refused while a run goes on, and works afterwards', async () => {
      await show([broken()]);
      await sync('/full');
      const entry = await only();
      await mend(entry, { resourceName: `people/broken${seed}`, names: [{ displayName: 'Ada' }] });
      await service.google.control('POST', '/control/faults', {
        where: 'connections',
        fault: { kind: 'hang' },
      });
      const going = await service.api('POST', '/api/sync', undefined, { prefer: 'respond-async' });
      await waitFor(
        async () => (await service.api('GET', '/api/sync/runs?state=running')).body.items.length === 1,
        {
          what: 'the run to begin',
        },
      );

      const refused = await replay(entry);

      expect(refused.status).toBe(409);
      expect(refused.body).toMatchObject({ code: 'sync-in-progress', runId: going.body.id });
      await service.api('POST', `/api/sync/runs/${going.body.id as string}/cancel`);
      expect((await replay(entry)).status).toBe(200);
    });

    it('by two people at once is one contact', async () => {
      await show([broken()]);
      await sync('/full');
      const entry = await only();
      await mend(entry, { resourceName: `people/broken${seed}`, names: [{ displayName: 'Ada' }] });

      const answers = await Promise.all([replay(entry), replay(entry), replay(entry)]);

      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
      expect(await events(`people/broken${seed}`)).toHaveLength(1);
    });
  });

  it('can be discarded, and comes back as a new entry when Google shows it again', async () => {
    await show([broken()]);
    await sync('/full');
    const entry = await only();

    const discarded = await service.api('POST', `/api/quarantine/${entry.id}/discard`);

    expect(discarded.status).toBe(200);
    expect(discarded.body).toEqual({ ...entry, state: 'discarded' });
    for (const action of ['discard', 'replay']) {
      const again = await service.api('POST', `/api/quarantine/${entry.id}/${action}`);
      expect(again.status).toBe(409);
      expect(again.body).toMatchObject({ code: 'discarded' });
    }
    expect(await open()).toEqual([]);
    await show([broken()]);
    await sync('/full');
    expect((await only()).id).not.toBe(entry.id);
  });
});
