import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type people_v1 } from '@googleapis/people';
import { idOf, MASK, refusalOf, SimulatedGoogle } from './spec-support/simulated-google.js';

type Response = people_v1.Schema$PersonResponse;

describe('people.getBatchGet', () => {
  let google: SimulatedGoogle;
  beforeEach(async () => {
    google = await new SimulatedGoogle().start({ persons: 250, seed: 7 });
  });
  afterEach(() => google.end());

  const ask = async (
    ids: readonly string[],
    more: people_v1.Params$Resource$People$Getbatchget = {},
  ): Promise<Response[]> => {
    const resourceNames = ids.map((id) => `people/${id}`);
    const { data } = await google.people().people.getBatchGet({ resourceNames, personFields: MASK, ...more });
    return data.responses ?? [];
  };
  const answerTo = async (id: string): Promise<string> => {
    const [response] = await ask([id]);
    if (response?.person) return idOf(response.person);
    return response?.status?.code === 5 && response.httpStatusCode === 404 ? 'not found' : 'nonsense';
  };

  test('answers each name with the person as lists show it, or with NOT_FOUND', async () => {
    const ids = await google.ids(200);
    const listed = new Map(
      (await google.list({ pageSize: 1000 })).persons.map((person) => [idOf(person), person]),
    );
    await google.control(`DELETE persons/${ids[3]}`);

    const responses = await ask(ids);

    expect(responses.map(({ requestedResourceName }) => requestedResourceName)).toEqual(
      ids.map((id) => `people/${id}`),
    );
    responses.forEach(({ person, status }, index) => {
      if (index === 3) expect([person, status?.code]).toEqual([undefined, 5]);
      else expect(person?.metadata).toEqual(listed.get(ids[index] ?? '')?.metadata);
    });
  });

  test('answers a name that somebody left with that person, under the present name', async () => {
    const [renamed, merged, survivor] = (await google.ids(3)) as [string, string, string];
    await google.control(`POST persons/${renamed}/rename`, {
      newResourceName: 'people/c42',
      tombstone: true,
    });
    await google.control(`POST persons/${merged}/merge`, { into: survivor });
    expect(await answerTo(renamed)).toBe('c42');
    expect(await answerTo(merged)).toBe(survivor);
    await google.control(`POST persons/${survivor}/rename`, { newResourceName: 'people/c43' });
    expect(await answerTo(merged)).toBe('c43');
    await google.control('DELETE persons/c43');
    expect(await answerTo(merged)).toBe('not found');
  });

  test('answers a name that was passed on with whoever bore it last', async () => {
    const [first] = (await google.ids(1)) as [string];
    await google.control(`POST persons/${first}/rename`, { newResourceName: 'people/c42' });
    await google.control('POST persons', { resourceName: `people/${first}`, names: ['Second'] });
    expect(await answerTo(first)).toBe(first);
    await google.control(`DELETE persons/${first}`);
    expect(await answerTo(first)).toBe('not found');
  });

  test('answers the name of the owner with a profile that is no contact', async () => {
    const { data } = await google
      .people()
      .people.get({ resourceName: 'people/me', personFields: 'metadata' });
    const [response] = await ask([idOf(data)]);
    expect(response?.person?.metadata?.sources?.map(({ type }) => type)).toEqual(['PROFILE']);
  });

  test('refuses no name, more than 200, a name that is none, no mask and what it does not know', async () => {
    const ids = await google.ids(201);
    for (const call of [
      ask([]),
      ask(ids),
      ask(['']),
      ask(['a/b']),
      ask(ids.slice(0, 1), { personFields: '' }),
      ask(ids.slice(0, 1), { personFields: 'nicks' }),
      ask(ids.slice(0, 1), { sources: ['NOBODY'] }),
      ask(ids.slice(0, 1), { pageSize: 5 } as object),
    ]) {
      const { status, error } = await refusalOf(call);
      expect([status, error.status]).toEqual([400, 'INVALID_ARGUMENT']);
    }
  });

  test('can be made to fail, and to leave answers out or replace them', async () => {
    const ids = await google.ids(4);
    const fault = (order: object) => google.control('POST faults', { where: 'batchGet', fault: order });
    await fault({ kind: 'status', status: 503 });
    expect((await refusalOf(ask(ids))).status).toBe(503);
    await fault({ kind: 'replace-answer', every: 2, answer: null });
    expect((await ask(ids)).map(({ requestedResourceName }) => requestedResourceName)).toEqual([
      `people/${ids[1]}`,
      `people/${ids[3]}`,
    ]);
    await fault({
      kind: 'replace-answer',
      resourceNames: [`people/${ids[1]}`],
      answer: { status: { code: 13 } },
    });
    const [first, second] = await ask(ids);
    expect(first?.person).toBeDefined();
    expect(second).toEqual({ requestedResourceName: `people/${ids[1]}`, status: { code: 13 } });
  });
});

describe('A list that hides persons', () => {
  test('leaves them out, and counts them', async () => {
    const google = await new SimulatedGoogle().start({ persons: 10, seed: 7 });
    const [hidden] = await google.ids(1);
    await google.control('POST faults', {
      where: 'connections',
      fault: { kind: 'hide-persons', resourceNames: [`people/${hidden}`] },
    });
    const { persons, pages } = await google.list();
    expect([persons.length, pages[0]?.totalItems]).toEqual([9, 10]);
    await google.control('POST faults', { where: 'connections', fault: { kind: 'hide-persons', every: 2 } });
    expect((await google.list()).persons).toHaveLength(5);
    await google.end();
  });
});
