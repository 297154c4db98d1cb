import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AccountEntity, AccountRegions } from '#accounts';
import { type Contact, type ContactEvent } from '#contact';
import { type ContactView } from '#contact-events';
import { ContactProjectionHandler, ContactQueries, oneRegion, PhoneLookup } from '#read-model';
import { type CountryCode } from 'libphonenumber-js/max';

import { ContactStream, createLogDatabase, type LogDatabase } from '../support/contact-feed-log.js';
import { shownList } from '../support/shown-contacts.js';

describe('A look-up by phone number', () => {
  let logDatabase: LogDatabase;
  let lookup: PhoneLookup;

  beforeAll(async () => {
    logDatabase = await createLogDatabase();
    lookup = new PhoneLookup(logDatabase.em, oneRegion('DE'));
  });
  afterAll(() => logDatabase.close());

  const apply = async (events: readonly ContactEvent[]): Promise<void> => {
    const source = randomUUID();
    const records = events.map((event, index) => ({ position: BigInt(index + 1), event }));
    await new ContactProjectionHandler(logDatabase.em)
      .prepare(records)
      .apply({ previous: null, next: { source, partition: 0, offset: 1n, position: 1n } });
  };
  const person = (displayName: string, ...numbers: readonly string[]): Partial<Contact> => ({
    displayName,
    phoneNumbers: numbers.map((value) => ({ value, canonicalForm: null, type: null, primary: false })),
  });
  /** An account with these contacts. */
  const account = async (...contacts: readonly Partial<Contact>[]): Promise<string> => {
    const accountId = randomUUID();
    await apply(contacts.map((details) => new ContactStream(accountId).updated(details)));
    return accountId;
  };
  const found = async (accountId: string | undefined, phone: string, by = lookup): Promise<string[]> => {
    const items = await by.find({ phone, accountId });
    return items.map(({ match, contact }) => `${match} ${(JSON.parse(contact) as ContactView).displayName}`);
  };

  it('finds whoever has the number, however it was saved, and nobody else', async () => {
    const accountId = await account(
      person('with plus', '+49 172 5550199'),
      person('with 00', '0049 172 5550199'),
      person('as dialled at home', '0172/5550199'),
      person('behind a service code', '*31#01725550199'),
      person('with a pause', '+491725550199,,12#'),
      person('the second of two', '110', '+49 172 5550199'),
      person('of another area', '+49 173 5550199'),
      person('of another country', '+43 172 5550199'),
      person('without a number'),
    );
    // Those whose country is known come before those whose country is taken to be the region.
    const names = [
      'the second of two',
      'with 00',
      'with a pause',
      'with plus',
      'as dialled at home',
      'behind a service code',
    ];
    const exact = names.map((name) => `exact ${name}`);
    for (const asked of ['+491725550199', '00491725550199'])
      expect(await found(accountId, asked)).toEqual(exact);
    // What is dialled at home says nothing of its country, and the region may be another account's.
    for (const asked of ['01725550199', '172 5550199'])
      expect(await found(accountId, asked)).toEqual([...exact, 'suffix of another country']);
  });

  it('answers the likeliest first: in full, then by how many digits are equal, then by name', async () => {
    const accountId = await account(
      person('A local', '5550199'),
      person('C with area', '172 5550199'),
      person('D in full', '+491725550199'),
      person('B with area', '0172 5550199'),
    );
    const unknownRegion = new PhoneLookup(logDatabase.em);
    expect(await found(accountId, '+49 172 5550199', unknownRegion)).toEqual([
      'exact D in full',
      'suffix B with area',
      'suffix C with area',
      'suffix A local',
    ]);
  });

  it('answers 10 at most, those in full before those that come first by name', async () => {
    const accountId = await account(
      ...Array.from({ length: 150 }, (_, index) => person(`A ${String(index).padStart(3, '0')}`, '5550147')),
      person('Z', '+49 172 5550147'),
    );
    const names = await found(accountId, '+49 172 5550147');
    expect(names).toHaveLength(10);
    expect(names.slice(0, 2)).toEqual(['exact Z', 'suffix A 000']);
  });

  it('knows neither deleted contacts, nor a number that a contact had before', async () => {
    const accountId = randomUUID();
    const [gone, changed] = [new ContactStream(accountId), new ContactStream(accountId)];
    await apply([gone, changed].map((stream) => stream.updated(person('Ada', '+49 172 5550111'))));
    expect(await found(accountId, '01725550111')).toHaveLength(2);

    await apply([gone.deleted(), changed.updated(person('Ada', '+49 172 5550222'))]);

    expect(await found(accountId, '01725550111')).toEqual([]);
    expect(await found(accountId, '01725550222')).toEqual(['exact Ada']);
  });

  it('looks at one account, where one is named', async () => {
    const [one, other] = [
      await account(person('One', '+49 172 5550333')),
      await account(person('Other', '+49 172 5550333')),
    ];
    expect(await found(one, '01725550333')).toEqual(['exact One']);
    expect(await found(other, '01725550333')).toEqual(['exact Other']);
    expect(await found(undefined, '01725550333')).toEqual(['exact One', 'exact Other']);
  });

  it.each(['', 'anonymous', '+', '\0'])('refuses %j, which is no number', async (phone) => {
    await expect(lookup.find({ phone })).rejects.toMatchObject({ code: 'invalid-request' });
  });

  it('and a search understand a number by the region in which it is dialled', async () => {
    const accountId = await account(person('Ada', '+49 172 5550199'));
    const names = async (region?: CountryCode): Promise<number> => {
      const queries = new ContactQueries(logDatabase.em, oneRegion(region));
      return (await shownList(queries, { accountId, q: '011 49 172 5550199', limit: 1 })).items.length;
    };
    expect([await names('US'), await names()]).toEqual([1, 0]);
    const inRegion = (region?: CountryCode) =>
      found(accountId, '011 49 172 5550199', new PhoneLookup(logDatabase.em, oneRegion(region)));
    expect([await inRegion('US'), await inRegion()]).toEqual([['exact Ada'], ['suffix Ada']]);
  });

  it("understands a number by the region of each account, its own or the service's", async () => {
    const german = await account(person('German', '+49 1463 555019'));
    const british = await account(person('British', '+44 1463 555019'), person('At home', '01463 555019'));
    await logDatabase.em.fork().insert(AccountEntity, {
      id: british,
      name: 'British',
      state: 'connected',
      connectedAt: new Date(),
      region: 'GB',
    });
    const byAccount = new PhoneLookup(logDatabase.em, new AccountRegions(logDatabase.em, 'DE'));
    const bySearch = new ContactQueries(logDatabase.em, new AccountRegions(logDatabase.em, 'DE'));

    const everywhere = await found(undefined, '01463555019', byAccount);
    expect(everywhere).toEqual(['exact British', 'exact German', 'exact At home']);
    expect(await found(british, '+441463555019', byAccount)).toEqual(['exact British', 'exact At home']);
    expect(await found(german, '+441463555019', byAccount)).toEqual([]);
    // As long as it says nothing, the British account is dialled in like the others.
    expect(await found(british, '+441463555019')).toEqual(['exact British', 'suffix At home']);
    // 011 stands before a country code in the United States alone.
    const searched = async (): Promise<string[]> => {
      const { items } = await shownList(bySearch, { accountId: british, q: '011 44 1463 555019', limit: 10 });
      return items.map(({ displayName }) => displayName);
    };
    expect(await searched()).toEqual([]);
    await logDatabase.em.fork().nativeUpdate(AccountEntity, { id: british }, { region: 'US' });
    expect(await searched()).toEqual(['At home', 'British']);
  });
});
