import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { toKafkaMessage } from '#contact-events';

import { spawnService, type SpawnedProcess } from '../crash/spawned-process.js';
import { Browser } from '../support/browser.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { startGoogle, type TestGoogle } from '../support/service.js';
import { serviceEnvironment } from '../support/service-environment.js';
import { sql } from '../support/sql.js';
import { Canaries } from './canary.js';
import { canaryPerson } from './canary-person.js';
import { type ApiDocument, type DrivenAnswer, driveRoutes } from './drive-routes.js';
import { during, faults } from './drive-faults.js';

const REDIRECT_URIS = ['http://127.0.0.1:0/api/auth/google/callback'];

/**
 * Canaries are put wherever something is that must not leak, everything is driven that might let it out, and then
 * whatever the service said is searched for them.
 */
describe('Nothing leaks', () => {
  const canaries = new Canaries();
  const planted = new Canaries();
  const token = (name: string): string => canaries.put(`token ${name}`);
  const tokens = { read: token('read'), operate: token('operate'), admin: token('admin') };
  const reference = planted.put('reference of the account');
  const driven: (DrivenAnswer & { readonly by: string })[] = [];
  let struck = 0;
  let database: TestDatabase;
  let google: TestGoogle;
  let service: SpawnedProcess;
  let accountId: string;
  let contactId: string;

  const as = (scope: keyof typeof tokens) => ({
    authorization: `Bearer ${tokens[scope]}`,
    cookie: `session=${canaries.put('header cookie')}`,
    referer: `https://app.example/${canaries.put('header referer')}`,
  });
  const call = (method: string, path: string, scope: keyof typeof tokens, body?: unknown) =>
    service.call(method, path, body, as(scope));
  const note = (by: string, answers: readonly DrivenAnswer[]): void => {
    driven.push(...answers.map((answer) => ({ ...answer, by })));
  };
  const said = (path: string, { status, headers, body }: Awaited<ReturnType<typeof call>>): DrivenAnswer => ({
    call: path,
    status,
    type: headers.get('content-type') ?? '',
    text: JSON.stringify(body),
  });
  const sync = async (path = '/full'): Promise<number> => {
    const answer = await call('POST', `/api/sync${path}`, 'operate');
    note('operate', [said(`POST /api/sync${path}`, answer)]);
    return answer.status;
  };

  beforeAll(async () => {
    const secret = canaries.put('token client secret');
    const clients = [{ id: 'client', secret, redirectUris: REDIRECT_URIS }];
    const email = `${canaries.put('address of the account')}@example.org`;
    [database, google] = await Promise.all([
      createTestDatabase(),
      startGoogle({ clients, accounts: [{ name: 'second', persons: 1, email }] }),
    ]);
    const encryptionKey = Buffer.alloc(32, 'canary').toString('base64');
    const refreshToken = 'demo-refresh-token';
    canaries.note('token encryption key', encryptionKey);
    canaries.note('token refresh', refreshToken);
    canaries.note('token access', 'ya29.');
    // Asked at the start, whose token it is.
    const message = canaries.put("Google's message of people/me");
    const who = { where: 'me', times: 1, fault: { kind: 'status', status: 503, message, reason: message } };
    await google.control('POST', '/control/faults', who);
    const listed = [tokens.read, tokens.operate, tokens.admin];
    service = await spawnService({
      ...serviceEnvironment(database, google),
      API_TOKENS: ['read', 'operate', 'admin']
        .map((name, at) => `${name}:${name}:${listed[at] ?? ''}`)
        .join(),
      GOOGLE_CLIENT_SECRET: secret,
      GOOGLE_REFRESH_TOKEN: refreshToken,
      ENCRYPTION_KEY: encryptionKey,
      DELETION_GUARD: 'off',
      LOG_LEVEL: 'trace',
    });
    await google.control('POST', '/control/persons', canaryPerson(canaries));
    await google.control('POST', '/control/persons', { count: 2 });
    expect(await sync('')).toBe(200);
    accountId = (await call('GET', '/api/accounts', 'operate')).body.items[0].id as string;
    await call('PATCH', `/api/accounts/${accountId}`, 'admin', { reference });
    const { items } = (await call('GET', '/api/contacts', 'read')).body;
    const [full] = (items as object[]).filter((contact) => JSON.stringify(contact).includes('canary'));
    contactId = (full as { id: string }).id;
    // Else nothing would be found, whatever leaks.
    expect(canaries.of('contact').missingIn(JSON.stringify(full))).toEqual([]);
  });
  afterAll(async () => {
    service.signal('SIGKILL');
    await service.ended;
    await Promise.all([database.drop(), google.stop()]);
  });

  it.each(faults(canaries).map((fault) => [fault.name, fault] as const))(
    'while Google answers with %s',
    async (_, fault) => {
      const before = (await google.control('GET', '/control/counters')).body.faultsStruck as number;
      if (fault.where === 'batchGet') {
        const hide = { where: 'connections', fault: { kind: 'hide-persons', every: 2 }, times: 1 };
        await google.control('POST', '/control/faults', hide);
      }
      await during(google, fault, async () => {
        const isOver = fault.isFinal === true && fault.where !== 'batchGet';
        expect((await sync()) >= 400).toBe(isOver);
      });
      struck = (await google.control('GET', '/control/counters')).body.faultsStruck as number;
      expect(struck).toBeGreaterThan(before);
      await sql(database, `update accounts set state = 'connected'`);
    },
  );

  it('while a person cannot be understood, and is replayed', async () => {
    const word = canaries.put('contact not understood');
    const persons = [{ resourceName: 'people/c999', names: [{ givenName: { [word]: word } }], [word]: word }];
    const fault = { where: 'connections', fault: { kind: 'replace-person', persons }, times: 1 };
    await google.control('POST', '/control/faults', fault);
    expect(await sync()).toBe(200);
    const { items } = (await call('GET', '/api/quarantine', 'operate')).body;
    const path = `/api/quarantine/${items[0].id as string}/replay`;
    note('operate', [said(path, await call('POST', path, 'operate'))]);
    expect(driven.at(-1)?.status).toBe(422);
  });

  it.each(['23505', '22P02', '23514'])('while PostgreSQL refuses what is written (%s)', async (code) => {
    await sql(
      database,
      `create or replace function refuse() returns trigger language plpgsql as $$ begin
         raise exception using errcode = '${code}', message = new.data, detail = new.data, hint = new.data;
       end $$`,
    );
    await sql(
      database,
      'create trigger refuse before insert on events for each row execute function refuse()',
    );
    try {
      await google.control('POST', '/control/persons', canaryPerson(canaries));
      expect(await sync('')).toBe(500);
    } finally {
      await sql(database, 'drop trigger refuse on events');
    }
  });

  it('while a person signs in by a link', async () => {
    const loginHint = `${canaries.put('address login hint')}@example.org`;
    const link = (await call('POST', '/api/auth/google/links', 'admin', { loginHint })).body as {
      url: string;
    };
    const secret = canaries.note('token link', link.url.split('/').at(-1) ?? '');
    const page = `${service.url}/api/auth/google/links/${secret}`;
    for (const outcome of ['refused', 'connected']) {
      const browser = new Browser();
      await browser.open(page);
      const begun = await browser.open(page, { method: 'POST' });
      const consent = new URL(begun.headers.get('location') ?? '');
      canaries.note('token state', consent.searchParams.get('state') ?? '');
      canaries.note('token cookie', /=([^;]+)/.exec(begun.headers.getSetCookie()[0] ?? '')?.[1] ?? '');
      consent.searchParams.set('auto', '1');
      const email = (await google.control('GET', '/control/accounts')).body.items[1].email as string;
      consent.searchParams.set('login_hint', email);
      const back = new URL((await browser.open(consent)).headers.get('location') ?? '');
      const code = canaries.note('token code', back.searchParams.get('code') ?? '');
      if (outcome === 'refused') {
        back.search = `?state=${consent.searchParams.get('state') ?? ''}&error=${canaries.put('query error')}`;
      } else {
        expect(code).not.toBe('');
      }
      const answer = await browser.open(`${service.url}${back.pathname}${back.search}`);
      const text = await answer.text();
      expect(answer.status).toBe(outcome === 'refused' ? 400 : 200);
      if (outcome === 'refused') note('nobody', [{ call: 'callback', status: 400, type: 'text/html', text }]);
    }
  });

  it('while every route is asked, with every scope and with none', async () => {
    const [run] = (await call('GET', '/api/sync/runs?limit=1', 'operate')).body.items;
    const [entry] = (await call('GET', '/api/quarantine', 'operate')).body.items;
    const ids = {
      contacts: contactId,
      runs: run.id as string,
      accounts: accountId,
      quarantine: entry.id as string,
      '': randomUUID(),
    };
    const document = (await call('GET', '/api/openapi.json', 'operate')).body as ApiDocument;
    const asked = { url: service.url, ids, word: canaries.put('query of every route') };
    const reads = ['get'];
    const changes = ['post', 'put', 'patch'];
    for (const scope of ['read', 'operate', 'admin'] as const) {
      for (const methods of [reads, changes]) {
        note(scope, await driveRoutes(document, { ...asked, headers: as(scope), methods }));
      }
    }
    const wrong = { authorization: `Bearer ${canaries.put('token that is wrong')}` };
    const few = { paths: Object.fromEntries(Object.entries(document.paths).slice(0, 5)) };
    note('nobody', await driveRoutes(few, { ...asked, headers: wrong, methods: reads }));
    const revoke = canaries.put("Google's message of the revocation");
    const fault = { kind: 'status', status: 400, message: revoke, reason: revoke };
    await google.control('POST', '/control/faults', { where: 'revoke', times: 5, fault });
    note('admin', await driveRoutes(document, { ...asked, headers: as('admin'), methods: ['delete'] }));
    expect(driven.length).toBeGreaterThan(200);
  }, 120_000);

  const errors = () => driven.filter(({ status }) => status >= 400).map(({ text }) => text);

  it('into the log, at its most talkative', () => {
    expect(service.output()).toMatch(/"level":"debug"/);
    expect(canaries.in(service.output())).toEqual([]);
    // What is logged on purpose is found.
    planted.note('name of the database', database.name);
    expect(planted.of('name of the database').in(service.output())).toEqual(['name of the database']);
  });

  it('into an error answer', () => {
    expect(errors().length).toBeGreaterThan(100);
    expect(canaries.in(errors().join('\n'))).toEqual([]);
    planted.note('id in an address', contactId);
    expect(planted.of('id in an address').in(errors().join('\n'))).toEqual(['id in an address']);
  });

  it('into metrics', async () => {
    const metrics = await (await fetch(`${service.url}/metrics`)).text();
    expect(metrics).toContain('contactstream_');
    expect(canaries.in(metrics)).toEqual([]);
  });

  it('to anybody without the scope read', () => {
    const shown = driven.filter(({ by }) => by !== 'read').map(({ text }) => text);
    // What a caller has just written, such as a reference, is answered.
    expect(canaries.of('contact', "Google's", 'token', 'header').in(shown.join('\n'))).toEqual([]);
    expect(planted.of('reference').in(shown.join('\n'))).toEqual(['reference of the account']);
    const read = driven.filter(({ by }) => by === 'read').map(({ text }) => text);
    expect(canaries.of('contact names.givenName').in(read.join('\n'))).not.toEqual([]);
    expect(canaries.of("Google's", 'token', 'header').in(read.join('\n'))).toEqual([]);
  });

  it('into what is stored of runs, and what tells who did what', async () => {
    const tables = await sql<{ name: string }>(
      database,
      `select table_name as name from information_schema.tables
       where table_schema = 'public' and table_name ~ 'sync_runs|projection_rebuilds|audit'`,
    );
    expect(tables.map(({ name }) => name)).toContain('sync_runs');
    for (const { name } of tables) {
      const rows = await sql<{ row: string }>(database, `select row_to_json(t)::text as row from ${name} t`);
      expect(canaries.in(rows.map(({ row }) => row).join('\n'))).toEqual([]);
    }
  });

  it('into the headers on Kafka', async () => {
    const rows = await sql<{
      position: string;
      type: string;
      stream: string;
      data: string;
      metadata: object;
    }>(
      database,
      `select position, type, stream_id as stream, data::text as data, metadata from events where data is not null`,
    );
    const messages = rows.map(({ position, type, stream, data, metadata }) =>
      toKafkaMessage(
        {
          position: BigInt(position),
          type,
          contactId: stream,
          accountId,
          version: 1,
          occurredAt: new Date().toISOString(),
          data,
          metadata: { ...metadata, accountRef: reference },
        },
        service.url,
      ),
    );
    const headers = JSON.stringify(messages.map(({ headers: sent }) => sent));
    expect(canaries.in(headers)).toEqual([]);
    expect(canaries.of('contact').in(messages.map(({ value }) => value).join('\n'))).not.toEqual([]);
    expect(planted.of('reference').in(headers)).toEqual(['reference of the account']);
  });
});
