import { describe, expect, it } from '@jest/globals';

import { sql } from '../support/sql.js';
import { ALWAYS, changedGoogle, CONTACTS, PAGES } from './changed-google.js';

/** Google tells of five contacts, and of the one that is gone, only when it is asked. */
describe('A contact that a full list leaves out', () => {
  const google = changedGoogle();
  const hidden = () => google.names.slice(2, 7);
  const hide = (names: string[]) =>
    google.fault({ kind: 'hide-persons', resourceNames: names }, { times: PAGES });
  const answers = (fault: object, more: object = {}) =>
    google.control('POST', '/control/faults', { where: 'batchGet', fault, ...more });
  const questions = () => google.requests('/v1/people:batchGet');
  const absences = async (runId: string): Promise<unknown> =>
    (await google.service.api('GET', `/api/sync/runs/${runId}`)).body.absences;

  it('is asked about, and stays where Google has it', async () => {
    await hide(hidden());

    const { body } = await google.sync('/full');

    expect(body).toMatchObject({
      status: 'success',
      statistics: {
        total_fetched: CONTACTS,
        created: 1,
        updated: 2,
        deleted: 1,
        not_listed: 1,
        unchanged: 22,
      },
    });
    expect(await absences(body.run.id)).toEqual({ asked: 6, gone: 1, alive: 5, unanswered: 0 });
    const [question, ...others] = await questions();
    expect(others).toEqual([]);
    expect(question?.query.resourceNames).toHaveLength(6);
    expect(question?.query.personFields).toBe((await google.requests())[0]?.query.personFields);
    await google.isGooglesState();
  });

  it('is what Google says of it then, also under another name', async () => {
    await google.control('PATCH', google.person(3), { nicknames: ['Changed'] });
    const moved = await google.control('POST', `${google.person(4)}/rename`, {
      newResourceName: 'people/moved',
    });
    expect(moved.status).toBe(200);
    await hide([...hidden(), 'people/moved']);

    const { body } = await google.sync('/full');

    expect(body.statistics).toMatchObject({ created: 1, updated: 4, deleted: 1, merged: 0 });
    await google.isGooglesState();
  });

  it('is merged into the contact under whose name Google answers', async () => {
    const [, , kept, merged] = google.names;
    await google.control('POST', `${google.person(3)}/merge`, { into: kept?.replace('people/', '') });

    const { body } = await google.sync('/full');

    expect(body.statistics).toMatchObject({ created: 1, deleted: 2, not_listed: 1, merged: 1 });
    expect(await absences(body.run.id)).toEqual({ asked: 2, gone: 1, alive: 1, unanswered: 0 });
    const [deletion] = await sql<{ data: { reason: string } }>(
      google.service.database,
      `select data from events where type = 'ContactDeleted' and data ->> 'resourceName' = '${merged ?? ''}'`,
    );
    expect(deletion?.data.reason).toBe('merged');
    await google.isGooglesState();
  });

  it.each([
    ['another status than NOT_FOUND', { status: { code: 13 } }],
    ['no answer', null],
    ['a person without sources', { person: { resourceName: 'people/c1', metadata: {} } }],
    ['a person with neither name nor metadata', { person: {} }],
  ])('stays where Google answers with %s, and is asked about again', async (_, answer) => {
    await answers({ kind: 'replace-answer', answer });

    const { body } = await google.sync('/full');

    expect(body).toMatchObject({ status: 'success', statistics: { deleted: 0, not_listed: 0 } });
    expect(await absences(body.run.id)).toEqual({ asked: 1, gone: 0, alive: 0, unanswered: 1 });
    const again = await google.sync('/full');
    expect(again.body.statistics).toMatchObject({ deleted: 1, not_listed: 1 });
    expect(await absences(again.body.run.id)).toEqual({ asked: 1, gone: 1, alive: 0, unanswered: 0 });
    await google.isGooglesState();
  });

  it('is gone where Google answers with a person who is no contact', async () => {
    const sources = [{ type: 'PROFILE', id: '1' }];
    await hide([google.names[2] ?? '']);
    await answers({
      kind: 'replace-answer',
      answer: { person: { resourceName: 'people/1', metadata: { sources } } },
    });

    const { body } = await google.sync('/full');

    expect(body.statistics).toMatchObject({ deleted: 2, not_listed: 2 });
  });

  it.each([
    ['its own name', undefined],
    ['another name', 'people/other'],
    ['no name', null],
  ])(
    'is kept, and in quarantine, where Google answers with what cannot be understood (%s)',
    async (_, given) => {
      const [name] = hidden();
      await hide([name ?? '']);
      const resourceName = given === undefined ? name : given;
      const person = { resourceName, names: 5, metadata: { sources: [{ type: 'CONTACT', id: '1' }] } };
      await answers({ kind: 'replace-answer', resourceNames: [name], answer: { person } });

      const { body } = await google.sync('/full');

      expect(body.statistics).toMatchObject({ deleted: 1, not_listed: 1, errors: 1 });
      const { items } = (await google.service.api('GET', '/api/quarantine?limit=1')).body;
      expect(items).toMatchObject([
        { resourceName: resourceName ?? name, state: 'open', runId: body.run.id },
      ]);
      expect(await absences(body.run.id)).toEqual({ asked: 2, gone: 1, alive: 1, unanswered: 0 });
      await google.sync('/full');
      await google.isGooglesState();
    },
  );

  it('is not merged into the contact that Google answers with while one not understood is the asked one', async () => {
    const [, , asked, other] = google.names;
    const sources = (await google.control('GET', google.person(3))).body.metadata.sources as object[];
    await hide([asked ?? '', other ?? '']);
    const another = { resourceName: other, metadata: { sources }, names: [{ givenName: 'Other' }] };
    await answers({ kind: 'replace-answer', resourceNames: [asked], answer: { person: another } });
    const broken = { resourceName: asked, metadata: { sources: [{ type: 'CONTACT', id: '2' }] }, names: 5 };
    await answers({ kind: 'replace-answer', resourceNames: [other], answer: { person: broken } });

    const { body } = await google.sync('/full');

    expect(body.statistics).toMatchObject({ deleted: 1, not_listed: 1, merged: 0, errors: 1 });
  });

  it('stays where Google cannot be asked; the sync succeeds, with its token', async () => {
    const before = await google.token();
    await answers({ kind: 'status', status: 503 }, { times: ALWAYS });

    const { body } = await google.sync('/full');

    expect(body).toMatchObject({ status: 'success', statistics: { deleted: 0 } });
    expect(await absences(body.run.id)).toEqual({ asked: 1, gone: 0, alive: 0, unanswered: 1 });
    expect(await google.token()).not.toEqual(before);
    await google.heal();
    await google.sync('/full');
    await google.isGooglesState();
  });

  it('is found among others by halves where Google refuses the question', async () => {
    await hide(hidden());
    await answers({ kind: 'status', status: 400 }, { times: 3 });

    const { body } = await google.sync('/full');

    // Six, three, and two of these are refused; then one and the other, and the rest.
    const sizes = (await questions()).map(({ query }) => [query.resourceNames].flat().length);
    expect(sizes).toEqual([6, 3, 2, 1, 1, 1, 3]);
    expect(await absences(body.run.id)).toEqual({ asked: 6, gone: 1, alive: 5, unanswered: 0 });
    await google.isGooglesState();
  });
});
