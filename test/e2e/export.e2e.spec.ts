import { get, type IncomingMessage } from 'node:http';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import ICAL from 'ical.js';

import { startTestService, type TestService } from '../support/service.js';
import { sql } from '../support/sql.js';
import { waitFor } from '../support/wait-for.js';

const TOKENS = {
  boss: 'boss-token-of-22-characters-or-so',
  viewer: 'viewer-token-of-22-characters',
  cron: 'cron-token-of-22-characters-too',
};

/** More than one part of an export. */
const COPIES = 2_100;
/** Of the biography of each copy: together more than lies in the buffers of a connection. */
const STORY = 10_000;
const COPYING_MS = 180_000;
const OTHER_ACCOUNT = '7a5c0c8e-3d7b-4c53-8d1c-1d2b6a7e9f00';

type Json = Record<string, unknown>;

describe('An export', () => {
  let service: TestService;
  let accountId: string;
  let before: string;
  beforeAll(async () => {
    service = await startTestService({
      DELETION_GUARD: 'off',
      RATE_LIMIT: 'off',
      API_TOKENS: [
        `boss:read+operate+admin:${TOKENS.boss}`,
        `viewer:read:${TOKENS.viewer}`,
        `cron:operate:${TOKENS.cron}`,
      ].join(),
    });
    await google('POST', '', [
      {
        resourceName: 'people/cada',
        names: [{ givenName: 'Ada', familyName: 'Lovelace', displayName: 'Ada Lovelace' }],
        phoneNumbers: [{ value: '+33 6 12 34 56 78', type: 'mobile' }],
        memberships: [{ contactGroupMembership: { contactGroupResourceName: 'contactGroups/starred' } }],
      },
      { resourceName: 'people/cben', names: [{ givenName: '=Ben', displayName: '=Ben' }] },
      { resourceName: 'people/ccleo', names: [{ givenName: 'Cleo', displayName: 'Cleo' }] },
    ]);
    await sync();
    before = new Date().toISOString();
    await google('PATCH', '/cada', { biographies: [{ value: 'Wrote the first program' }] });
    await google('DELETE', '/ccleo');
    await google('POST', '', [{ resourceName: 'people/cdora', names: [{ displayName: 'Dora' }] }]);
    await sync();
    accountId = String(((await api('GET', '/api/accounts')).body.items as Json[])[0]?.id);
  });
  afterAll(() => service.stop());

  const api = (method: string, path: string, body?: unknown) =>
    service.api(method, path, body, { authorization: `Bearer ${TOKENS.boss}` });
  const google = (method: string, path: string, body?: unknown) =>
    service.google.control(method, `/control/persons${path}`, body);
  const sync = async (): Promise<void> => {
    expect((await api('POST', '/api/sync')).status).toBe(200);
  };
  const exported = (query: string, headers: Record<string, string> = {}, token = TOKENS.viewer) =>
    fetch(`${service.url}/api/export?${query}`, {
      headers: { authorization: `Bearer ${token}`, ...headers },
    });
  const linesOf = async (query: string): Promise<Json[]> => {
    const text = await (await exported(`format=jsonl&${query}`)).text();
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Json);
  };
  const namesOf = async (query: string): Promise<unknown[]> =>
    (await linesOf(query)).map(({ displayName }) => displayName).sort();
  const audited = async (): Promise<Json> =>
    ((await api('GET', '/api/audit?action=contacts.export&limit=1')).body.items as Json[])[0] ?? {};

  it('is a line of JSON for each contact, as REST shows it', async () => {
    const response = await exported('format=jsonl');
    expect(response.headers.get('content-type')).toBe('application/jsonl; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('content-disposition')).toMatch(
      /^attachment; filename="contacts-\d{4}-\d\d-\d\d\.jsonl"$/,
    );
    const { items } = (await api('GET', '/api/contacts')).body as { items: Json[] };
    expect(items).toHaveLength(3);
    expect(await linesOf('')).toEqual(items.toSorted((a, b) => (String(a.id) < String(b.id) ? -1 : 1)));
  });

  it.each([
    ['4.0', 'format=vcard'],
    ['3.0', 'format=vcard&version=3.0'],
  ])('is vCards %s that a reader reads', async (version, query) => {
    const response = await exported(query);
    expect(response.headers.get('content-type')).toBe('text/vcard; charset=utf-8');
    expect(response.headers.get('content-disposition')).toMatch(/\.vcf"$/);
    const cards = ICAL.parse(await response.text()) as [string, [string, unknown, string, unknown][]][];
    const said = (name: string) => cards.map(([, lines]) => lines.find(([line]) => line === name)?.[3]);
    expect(said('fn').sort()).toEqual(['=Ben', 'Ada Lovelace', 'Dora']);
    expect(said('version')).toEqual([version, version, version]);
    expect(said('tel').filter((number) => number !== undefined)).toEqual(['+33 6 12 34 56 78']);
  });

  it('is CSV with the columns of Google Contacts, harmless unless it is asked for raw', async () => {
    const rows = async (query: string) => {
      const response = await exported(`format=csv${query}`);
      expect(response.headers.get('content-type')).toMatch(/^text\/csv; charset=utf-8/);
      return parse<Record<string, string>>(await response.text(), { columns: true });
    };
    const ofName = (all: Record<string, string>[], name: string) =>
      all.find((row) => row['First Name'] === name);
    const harmless = await rows('');
    expect(ofName(harmless, 'Ada')).toMatchObject({
      'Last Name': 'Lovelace',
      'Phone 1 - Label': 'Mobile',
      'Phone 1 - Value': '+33 6 12 34 56 78',
      Labels: '* starred',
      Notes: 'Wrote the first program',
    });
    expect(ofName(harmless, "'=Ben")).toBeDefined();
    expect(ofName(await rows('&raw=true'), '=Ben')).toBeDefined();
  });

  it('is narrowed by account, label and search, in an address or in a body', async () => {
    expect(await namesOf(`accountId=${accountId}`)).toEqual(['=Ben', 'Ada Lovelace', 'Dora']);
    expect(await namesOf(`accountId=${OTHER_ACCOUNT}`)).toEqual([]);
    expect(await namesOf('label=starred')).toEqual(['Ada Lovelace']);
    expect(await namesOf('label=contactGroups/starred')).toEqual(['Ada Lovelace']);
    expect(await namesOf('label=friends')).toEqual([]);
    expect(await namesOf('q=lovel')).toEqual(['Ada Lovelace']);
    expect(await namesOf('q=ben')).toEqual(['=Ben']);
    expect(await namesOf('q=612345')).toEqual(['Ada Lovelace']);
    expect(await namesOf('includeDeleted=true')).toEqual(['=Ben', 'Ada Lovelace', 'Cleo', 'Dora']);
    const response = await fetch(`${service.url}/api/export`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKENS.viewer}`, 'content-type': 'application/json' },
      body: JSON.stringify({ format: 'jsonl', q: 'ada', label: 'starred' }),
    });
    expect((await response.text()).split('\n')).toHaveLength(2);
  });

  it('is of an earlier time, folded from the log, with all that narrows it', async () => {
    const asOf = `asOf=${before}`;
    expect(await namesOf(asOf)).toEqual(['=Ben', 'Ada Lovelace', 'Cleo']);
    const ada = (await linesOf(`${asOf}&q=lovel`))[0] ?? {};
    expect(ada).toMatchObject({ displayName: 'Ada Lovelace', version: 1, biography: null });
    const { body } = await api('GET', `/api/contacts/${String(ada.id)}?asOf=${before}`);
    expect(ada).toEqual(body);
    expect(await namesOf(`${asOf}&label=starred&accountId=${accountId}`)).toEqual(['Ada Lovelace']);
    expect(await namesOf(`${asOf}&q=612345`)).toEqual(['Ada Lovelace']);
    expect(await namesOf(`${asOf}&q=dora`)).toEqual([]);
    expect(await namesOf(`asOf=2001-01-01T00:00:00Z`)).toEqual([]);
    const now = `asOf=${new Date(Date.now() + 1_000).toISOString()}`;
    expect(await namesOf(now)).toEqual(['=Ben', 'Ada Lovelace', 'Dora']);
    const withDeleted = await linesOf(`${now}&includeDeleted=true`);
    expect(withDeleted.find(({ displayName }) => displayName === 'Cleo')).toMatchObject({ deleted: true });
    expect(withDeleted).toEqual(expect.arrayContaining(await linesOf('includeDeleted=true')));
    const card = await (await exported(`format=vcard&${asOf}`)).text();
    expect(card.match(/^FN:.*$/gm)?.sort()).toEqual(['FN:=Ben', 'FN:Ada Lovelace', 'FN:Cleo']);
  });

  it.each([
    ['', 'invalid-request'],
    ['format=xls', 'invalid-request'],
    ['format=csv&version=3.0', 'invalid-request'],
    ['format=vcard&raw=true', 'invalid-request'],
    ['format=csv&includeDeleted=true', 'invalid-request'],
    ['format=jsonl&asOf=yesterday', 'invalid-request'],
    ['format=jsonl&limit=5', 'invalid-request'],
  ])('refuses what says nothing: %s', async (query, code) => {
    const response = await exported(query);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code });
  });

  it('is for those alone who may see contacts', async () => {
    const response = await exported('format=jsonl', {}, TOKENS.cron);
    expect([response.status, ((await response.json()) as Json).code]).toEqual([403, 'scope-missing']);
  });

  it('has a tag by which whoever has it already gets it no second time, until something changes', async () => {
    const first = await exported('format=vcard');
    const tag = first.headers.get('etag') ?? '';
    expect(tag).toMatch(/^"[\w-]+"$/);
    expect(new Date(first.headers.get('last-modified') ?? '').getTime()).toBeGreaterThan(
      Date.now() - 3_600_000,
    );
    await first.text();
    const again = await exported('format=vcard', { 'if-none-match': tag });
    expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', tag]);
    for (const other of ['format=vcard&version=3.0', 'format=csv', 'format=vcard&label=starred']) {
      const response = await exported(other, { 'if-none-match': tag });
      expect(response.status).toBe(200);
      await response.text();
    }
    const ofAccount = await exported(`format=vcard&accountId=${accountId}`);
    expect(ofAccount.headers.get('etag')).not.toBe(tag);
    await ofAccount.text();
    for (const query of ['q=ada', `asOf=${before}`, 'includeDeleted=true']) {
      const response = await exported(`format=jsonl&${query}`);
      expect([response.headers.get('etag'), response.headers.get('last-modified')]).toEqual([null, null]);
      await response.text();
    }
    await google('PATCH', '/cdora', { nicknames: [{ value: 'Do' }] });
    await sync();
    const changed = await exported('format=vcard', { 'if-none-match': tag });
    expect(changed.status).toBe(200);
    expect(await changed.text()).toContain('NICKNAME:Do');
  });

  it('answers HEAD with what it would be, and no more', async () => {
    const response = await fetch(`${service.url}/api/export?format=csv`, {
      method: 'HEAD',
      headers: { authorization: `Bearer ${TOKENS.viewer}` },
    });
    expect([response.status, await response.text()]).toEqual([200, '']);
    expect(response.headers.get('content-type')).toMatch(/^text\/csv/);
  });

  it('is audited, with the account and without what was searched for', async () => {
    await linesOf(`accountId=${accountId}&q=lovelace`);
    const entry = await audited();
    expect(entry).toMatchObject({ outcome: 'done', accountId, actor: { name: 'viewer' } });
    expect(JSON.stringify(entry)).not.toContain('lovelace');
  });

  describe('of many contacts', () => {
    let bound: string;
    beforeAll(async () => {
      await sql(service.database, COPY_CONTACTS, [OTHER_ACCOUNT, COPIES, STORY]);
      await sql(service.database, COPY_EVENTS, [OTHER_ACCOUNT, COPIES]);
      await sql(
        service.database,
        `insert into accounts (id, name, state, paused, connected_at) values ($1, 'elsewhere', 'disconnected', false, now())`,
        [OTHER_ACCOUNT],
      );
      const { body } = await api('POST', '/api/tokens', {
        name: 'bound',
        scopes: ['read'],
        accountId: OTHER_ACCOUNT,
      });
      bound = String((body as Json).token);
    }, COPYING_MS);

    const open = (query: string): Promise<IncomingMessage> =>
      new Promise((resolve, reject) => {
        const headers = { authorization: `Bearer ${TOKENS.viewer}` };
        get(`${service.url}/api/export?${query}`, { headers }, resolve).on('error', reject);
      });

    it('has each of them once', async () => {
      const ids = (await linesOf('')).map(({ id }) => id);
      expect(ids).toHaveLength(COPIES + 3);
      expect(new Set(ids).size).toBe(COPIES + 3);
      expect(await linesOf('q=copy')).toHaveLength(COPIES);
      expect(await linesOf('q=copy+2001')).toHaveLength(1);
      expect(await linesOf(`accountId=${OTHER_ACCOUNT}`)).toHaveLength(COPIES);
    });

    it('has each of them once as of a time, too', async () => {
      const now = new Date().toISOString();
      const past = await linesOf(`asOf=${now}`);
      expect(past).toHaveLength(COPIES + 3);
      expect(new Set(past.map(({ id }) => id)).size).toBe(COPIES + 3);
      expect(await linesOf(`asOf=${now}&accountId=${OTHER_ACCOUNT}`)).toHaveLength(COPIES);
    });

    it('has as many columns as the widest of them needs', async () => {
      const header = (await (await exported('format=csv')).text()).split('\r\n')[0] ?? '';
      expect(header).toContain('Custom Field 7 - Value');
      expect(header).not.toContain('Custom Field 8');
    });

    it('shows those who are bound to an account this one alone', async () => {
      const response = await exported('format=jsonl', {}, bound);
      const accounts = (await response.text())
        .trimEnd()
        .split('\n')
        .map((line) => (JSON.parse(line) as Json).accountId);
      expect(accounts).toHaveLength(COPIES);
      expect(new Set(accounts)).toEqual(new Set([OTHER_ACCOUNT]));
      expect((await exported(`format=jsonl&accountId=${accountId}`, {}, bound)).status).toBe(404);
    });

    it('holds no connection and no transaction while its reader takes its time', async () => {
      const reader = await open('format=vcard');
      await new Promise((resolve) => reader.once('readable', resolve));
      // What is on its way fills the buffers of the connection first.
      await waitFor(
        async () => {
          const open = await sql(
            service.database,
            `select from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
             and xact_start is not null`,
          );
          return open.length === 0 ? true : null;
        },
        { what: 'every transaction to be over', timeoutMs: 10_000 },
      );
      expect(await audited()).toMatchObject({ outcome: 'unknown' });
      reader.destroy();
      await waitFor(
        async () => {
          expect(await audited()).toMatchObject({ outcome: 'failed', code: 'caller-gone' });
          return true;
        },
        { what: 'the entry of the one who hung up', timeoutMs: 5_000 },
      );
    });

    it('goes on two at a time for one caller, and a third one waits', async () => {
      const readers = [await open('format=vcard'), await open('format=vcard')];
      const third = await exported('format=vcard');
      expect([third.status, third.headers.get('retry-after')]).toEqual([429, '15']);
      expect(await third.json()).toMatchObject({ code: 'too-many-exports' });
      for (const reader of readers) reader.destroy();
      await waitFor(
        async () => {
          const response = await exported('format=jsonl&label=starred');
          await response.text();
          return response.status === 200 ? true : null;
        },
        { what: 'a place', timeoutMs: 5_000 },
      );
    });

    it('breaks off, and does not end, where it fails in the middle', async () => {
      const reader = await open('format=jsonl');
      await new Promise((resolve) => reader.once('readable', resolve));
      await sql(service.database, 'alter table contacts rename to contacts_away');
      try {
        const ending = new Promise((resolve) => {
          reader.on('end', () => {
            resolve('ended');
          });
          reader.on('error', (error: NodeJS.ErrnoException) => {
            resolve(error.code);
          });
        });
        reader.resume();
        expect(await ending).toBe('ECONNRESET');
      } finally {
        await sql(service.database, 'alter table contacts_away rename to contacts');
      }
      await waitFor(
        async () => {
          expect(await audited()).toMatchObject({ outcome: 'failed' });
          return true;
        },
        { what: 'the entry', timeoutMs: 5_000 },
      );
    });
  });
});

const COPIED_ID = `overlay(overlay(md5(number::text) placing '5' from 13) placing 'a' from 17)::uuid`;

/** Copies of a contact, long and wide; $1 account, $2 how many, $3 characters of their biographies. */
const COPY_CONTACTS = `
  insert into contacts
  select copy.* from (select contact from contacts contact where not deleted order by id limit 1) as original,
    generate_series(1, $2::int) as number,
    lateral (select ${COPIED_ID} as id) as made,
    lateral jsonb_populate_record(contact, jsonb_build_object('id', made.id, 'account_id', $1::text,
      'display_name', 'copy ' || number, 'search_text', 'copy ' || number,
      'document', ((contact).document::jsonb || jsonb_build_object('id', made.id, 'accountId', $1::text,
        'displayName', 'copy ' || number, 'biography', repeat('x', $3::int),
        'userDefined', case when number = 2000 then (
          select jsonb_agg(jsonb_build_object('key', 'key ' || n, 'value', 'v')) from generate_series(1, 7) n)
          else '[]' end))::text)) as copy`;

/** Of the events of the same contact. */
const COPY_EVENTS = `
  insert into events (stream_id, version, account_id, type, data, metadata, run_id, occurred_at)
  select made.id, version, $1::uuid, type,
    replace(replace(data::text, stream_id::text, made.id::text), account_id::text, $1::text)::json,
    metadata, run_id, occurred_at
  from events, generate_series(1, $2::int) as number, lateral (select ${COPIED_ID} as id) as made
  where stream_id = (
    select id from contacts where not deleted and account_id <> $1::uuid order by id limit 1)
  order by number, version`;
