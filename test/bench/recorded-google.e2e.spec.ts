import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type people_v1 } from '@googleapis/people';

import { Google, type GoogleAccount, pagesOf } from '../../bench/stage/google.js';

const LIST = { pageSize: 2, personFields: ['names', 'nicknames'] };

async function personsOf(client: people_v1.People): Promise<people_v1.Schema$Person[]> {
  const persons: people_v1.Schema$Person[] = [];
  for await (const { connections } of pagesOf(client, LIST)) persons.push(...(connections ?? []));
  return persons;
}

describe('The Google of benchmarks', () => {
  const folder = mkdtempSync(join(tmpdir(), `contactstream-test-${process.pid}-recorded-`));
  let google: Google;
  let account: GoogleAccount;
  let client: people_v1.People;
  beforeAll(async () => {
    google = await Google.start(folder);
    account = await google.createAccount(3);
    client = google.client(account);
  });
  afterAll(async () => {
    await google.stop();
    rmSync(folder, { recursive: true });
  });

  it('passes on what was not recalled, and counts it', async () => {
    expect(await personsOf(client)).toHaveLength(3);
    // Two pages, and the access token before them.
    expect(await google.counted(account)).toMatchObject({ requests: 3, passedOn: 3, pageMs: [] });
  });

  it('answers from memory what was recalled, which itself counts nowhere', async () => {
    const before = await personsOf(client);
    await google.recall(account, LIST);
    await google.counted(account);
    expect(await personsOf(client)).toEqual(before);
    const { pageMs, ...counted } = await google.counted(account);
    expect(counted).toMatchObject({ requests: 2, passedOn: 0 });
    expect(pageMs).toHaveLength(2);
  });

  it('answers for other fields, and for another account, as if nothing were recalled', async () => {
    const other = await google.createAccount(1);
    await google.recall(account, LIST);
    await google.counted(account, other);
    expect(await personsOf(google.client(other))).toHaveLength(1);
    const pages = pagesOf(client, { ...LIST, personFields: ['names'] });
    await pages.next();
    expect(await google.counted(account, other)).toMatchObject({ passedOn: 3, pageMs: [] });
  });

  it('forgets what was recalled for an account that is changed', async () => {
    await google.recall(account, LIST);
    const added = await google.createPerson(account, 'Somebody New');
    await google.edit(account, added, { nicknames: [{ value: 'New' }] });
    await google.counted(account);
    const persons = await personsOf(client);
    expect(persons.find(({ resourceName }) => resourceName === added)?.nicknames?.[0]?.value).toBe('New');
    expect(await google.counted(account)).toMatchObject({ requests: 2, passedOn: 2 });
  });
});
