import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { startTestService, type TestService } from '../support/service.js';
import { sql } from '../support/sql.js';
import { waitFor } from '../support/wait-for.js';

const own = { metadata: { sourcePrimary: true, source: { type: 'CONTACT', id: '1' } } };
const profile = { metadata: { primary: true, sourcePrimary: true, source: { type: 'PROFILE', id: '2' } } };

describe('What a contact says', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({ DELETION_GUARD: 'off' });
  });
  afterAll(() => service.stop());

  const google = async (method: string, path: string, body: object) => {
    const answer = await service.google.control(method, `/control/persons${path}`, body);
    expect(answer.status).toBeLessThan(300);
    return answer.body as { resourceName: string };
  };
  const sync = async (path = '') => {
    const { status, body } = await service.api('POST', `/api/sync${path}`);
    expect(status).toBe(200);
    return body.statistics as Record<string, number>;
  };
  const contacts = async (query = '') =>
    (await service.api('GET', `/api/contacts?limit=500${query}`)).body.items as Record<string, unknown>[];
  const contactOf = async ({ resourceName }: { resourceName: string }) => {
    const contact = (await contacts()).find((one) => one.resourceName === resourceName);
    if (contact === undefined) throw new Error(`There is no contact for ${resourceName}`);
    return contact;
  };
  const found = async (q: string) =>
    (await contacts(`&q=${encodeURIComponent(q)}`)).map(({ displayName }) => displayName);
  const edited = async (person: { resourceName: string }, fields: object) => {
    await google('PATCH', person.resourceName.replace('people', ''), fields);
    await sync();
    const { id } = await contactOf(person);
    const { body } = await service.api('GET', `/api/contacts/${id as string}/history`);
    return (body.items as Record<string, unknown>[]).at(-1) ?? {};
  };

  it('is what the person wrote, and what a profile adds to it', async () => {
    const person = await google('POST', '', {
      names: [
        { ...own, displayName: 'Mum', givenName: 'Mum' },
        { ...profile, displayName: 'Maria Rossi', givenName: 'Maria', familyName: 'Rossi' },
      ],
      emailAddresses: [
        { ...own, value: 'Maria@Example.org' },
        { ...profile, value: 'maria@example.org', type: 'work' },
      ],
      phoneNumbers: [
        { ...own, value: '+49 172 5550199' },
        { ...profile, value: '+49 (172) 555-0199' },
      ],
      biographies: [{ ...profile, value: 'Baker' }],
    });
    await sync();

    expect(await contactOf(person)).toMatchObject({
      displayName: 'Mum',
      givenName: 'Mum',
      familyName: null,
      emailAddresses: [{ value: 'Maria@Example.org', type: 'work', primary: true }],
      phoneNumbers: [{ value: '+49 172 5550199', canonicalForm: '+491725550199', primary: true }],
      biography: 'Baker',
    });
    expect(await found('mum')).toEqual(['Mum']);

    const change = await edited(person, {
      names: [
        { ...own, displayName: 'Mama', givenName: 'Mama' },
        { ...profile, displayName: 'Maria Rossi', givenName: 'Maria', familyName: 'Rossi' },
      ],
    });

    expect(change).toMatchObject({
      changedFields: ['displayName', 'givenName'],
      after: { displayName: 'Mama' },
    });
  });

  /** Fields of a person, what a contact says of them, and a word by which it is found. */
  const typed: [field: string, items: object[], field: string, said: unknown, word: string][] = [
    ['names', [{ givenName: 'A', phoneticGivenName: 'ハナコ' }], 'phoneticGivenName', 'ハナコ', 'ハナコ'],
    ['names', [{ givenName: 'A', phoneticFullName: 'ヤマダ' }], 'phoneticFullName', 'ヤマダ', 'ヤマダ'],
    ['fileAses', [{ value: 'Lovelace, Ada' }], 'fileAs', 'Lovelace, Ada', 'lovelace,'],
    [
      'organizations',
      [{ name: 'Works', phoneticName: 'ワークス', jobDescription: 'Analyses' }],
      'organizations',
      [
        {
          name: 'Works',
          title: null,
          department: null,
          phoneticName: 'ワークス',
          jobDescription: 'Analyses',
          primary: true,
        },
      ],
      'ワークス analyses',
    ],
    [
      'birthdays',
      [{ text: 'spring 1961' }],
      'birthday',
      { year: null, month: null, day: null, text: 'spring 1961' },
      'spring 1961',
    ],
    [
      'sipAddresses',
      [{ value: 'sip:ada@sip.example', type: 'work' }],
      'sipAddresses',
      [{ value: 'sip:ada@sip.example', type: 'work', primary: true }],
      'sip.example',
    ],
    [
      'genders',
      [{ value: 'female', addressMeAs: 'sie' }],
      'gender',
      { value: 'female', addressMeAs: 'sie' },
      'sie',
    ],
    ['occupations', ['mathematician'], 'occupations', ['mathematician'], 'mathematician'],
    ['interests', ['flight'], 'interests', ['flight'], 'flight'],
    ['locales', ['en-GB'], 'locales', ['en-GB'], 'typist'],
    [
      'locations',
      [{ value: 'Ockham', type: 'grewUp' }],
      'locations',
      [{ value: 'Ockham', type: 'grewUp' }],
      'ockham',
    ],
    ['externalIds', [{ value: '4711', type: 'x' }], 'externalIds', [{ value: '4711', type: 'x' }], '4711'],
    ['miscKeywords', [{ value: '12 km', type: 'x' }], 'miscKeywords', [{ value: '12 km', type: 'x' }], 'km'],
    [
      'calendarUrls',
      [{ url: 'https://cal.example' }],
      'calendarUrls',
      [{ value: 'https://cal.example', type: null, primary: true }],
      'cal.example',
    ],
  ] as never;

  it.each(typed)(
    'has %s as typed (%j), and an edit of it is an event',
    async (field, items, member, said, word) => {
      const person = await google('POST', '', { nicknames: ['typist'] });
      await sync();

      const change = await edited(person, { [field]: items });

      expect(change).toMatchObject({ change: 'updated', after: { [member]: said } });
      expect(change.changedFields).toContain(member);
      const contact = await contactOf(person);
      expect(contact).toMatchObject({ [member]: said, nicknames: ['typist'] });
      expect(await found(word)).toContain(contact.displayName);

      const undone = await edited(person, { [field]: null });

      expect(undone.changedFields).toContain(member);
      expect((undone.after as Record<string, unknown>)[member]).toEqual(Array.isArray(said) ? [] : null);
      expect(await sync('/full')).toMatchObject({ created: 0, updated: 0, deleted: 0, errors: 0 });
    },
  );

  it('has no year where iOS has none', async () => {
    const person = await google('POST', '', {
      names: ['Ada L'],
      birthdays: [{ date: { year: 1604, month: 2, day: 29 } }],
      events: [{ type: 'anniversary', date: { year: 1604, month: 7, day: 8 } }],
    });
    await sync();

    expect(await contactOf(person)).toMatchObject({
      birthday: { year: null, month: 2, day: 29 },
      events: [{ type: 'anniversary', year: null, month: 7, day: 8 }],
    });
  });

  it('is nothing where nothing can be seen, and is ordered by what is seen', async () => {
    const company = await google('POST', '', { names: [' '], organizations: ['ZZ Works'] });
    const soft = await google('POST', '', { names: [{ displayName: '\u00ad\u200bZA\u00ad' }] });
    const phonetic = await google('POST', '', {
      names: [{ phoneticGivenName: 'ZB', phoneticFamilyName: 'ヤマダ' }],
    });
    await sync();

    expect(await contactOf(company)).toMatchObject({ displayName: 'ZZ Works', givenName: null });
    expect(await contactOf(soft)).toMatchObject({ displayName: '\u00ad\u200bZA\u00ad' });
    expect(await contactOf(phonetic)).toMatchObject({ displayName: 'ZB ヤマダ' });
    const order = (await contacts()).map(({ resourceName }) => resourceName);
    expect(order.slice(-3)).toEqual([soft, phonetic, company].map(({ resourceName }) => resourceName));
  });

  it('changes no contact that came before the fields that it lacks', async () => {
    await google('POST', '', { names: ['Bob B'], emailAddresses: [{ ...own, value: 'bob@example.org' }] });
    await sync();
    // As a service from before left them: events, documents and raw persons without the fields that are new.
    const without = ['fileAs', 'gender', 'phoneticGivenName', 'sipAddresses', 'locales'];
    const cut = (json: string, at: string) =>
      `(${without.reduce((value, field) => `${value} #- '{${at}${field}}'`, `${json}::jsonb`)})`;
    const ofBob = (column: string) => `${column}::text like '%bob@example.org%'`;
    await sql(
      service.database,
      `update events set data = ${cut('data', 'contact,')}::json where ${ofBob('data')}`,
    );
    await sql(
      service.database,
      `update contacts set document = ${cut('document', '')}::text where ${ofBob('document')}`,
    );
    await sql(service.database, `update contact_snapshots set raw_hash = 'of other rules'`);

    expect(await sync('/full')).toMatchObject({ created: 0, updated: 0, errors: 0 });

    expect((await service.api('POST', '/api/projections/contacts/rebuild')).status).toBe(202);
    await waitFor(
      async () => {
        const { body } = await service.api('GET', '/api/projections');
        return body.items[0].rebuild === null && body.items[0].lastRebuild?.state === 'succeeded';
      },
      { what: 'the rebuild' },
    );
    const [bob] = await contacts('&q=bob');
    expect(bob).toMatchObject({ fileAs: null, gender: null, sipAddresses: [], locales: [] });
    const { body } = await service.api('POST', '/api/verify');
    expect(body).toMatchObject({ ok: true });
  });
});
