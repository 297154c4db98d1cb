import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { startTestService, type TestService } from '../support/service.js';
import { SignIns } from '../support/sign-in.js';
import { sql } from '../support/sql.js';
import { waitFor } from '../support/wait-for.js';
import { CommandLine } from './run-command.js';

/** What the service says itself, beside which the command line is held. */
describe('The command line', () => {
  let service: TestService;
  let cli: CommandLine;
  let accountId: string;
  beforeAll(async () => {
    service = await startTestService({ SYNC_PAGE_SIZE: '10', DELETION_GUARD: '20%,2' }, { persons: 30 });
    cli = new CommandLine({ CONTACTSTREAM_URL: service.url });
    accountId = await onlyAccount();
    await control('POST', '/control/faults', {
      where: 'connections',
      fault: {
        kind: 'replace-person',
        persons: [JSON.stringify({ resourceName: 'people/broken', names: 'no list' })],
      },
    });
    await service.api('POST', '/api/sync/full', { accountId });
  }, 180_000);
  afterAll(() => service.stop());

  const control = (...call: Parameters<TestService['api']>) => service.google.control(...call);
  const rest = async (path: string): Promise<string> => (await fetch(`${service.url}${path}`)).text();
  const onlyAccount = async (): Promise<string> => {
    const { body } = await service.api('GET', '/api/accounts');
    return (body.items as { id: string }[])[0]?.id ?? '';
  };
  const first = async (path: string): Promise<string> => {
    const { body } = await service.api('GET', path);
    return (body.items as { id: string }[])[0]?.id ?? '';
  };

  it.each<[string, string[], string]>([
    ['status', ['status', '--account', 'demo@example.com'], '/api/sync/status?accountId=ACCOUNT'],
    ['runs', ['runs', '--limit', '1'], '/api/sync/runs?limit=1'],
    [
      'runs of an account in a state',
      ['runs', '--account', 'default', '--state', 'failed'],
      '/api/sync/runs?accountId=ACCOUNT&state=failed',
    ],
    ['runs ID', ['runs', 'RUN'], '/api/sync/runs/RUN'],
    ['held list', ['held', 'list'], '/api/sync/runs?state=held'],
    ['held list RUN', ['held', 'list', 'RUN'], '/api/sync/runs/RUN/held-deletions'],
    ['contacts search', ['contacts', 'search', 'grace', 'hopper'], '/api/contacts?q=grace+hopper'],
    [
      'contacts search, in pages',
      ['contacts', 'search', '--limit', '3', '--sort=-updatedAt'],
      '/api/contacts?limit=3&sort=-updatedAt',
    ],
    ['contacts show', ['contacts', 'show', 'CONTACT'], '/api/contacts/CONTACT'],
    ['contacts history', ['contacts', 'history', 'CONTACT'], '/api/contacts/CONTACT/history'],
    ['accounts list', ['accounts', 'list', '--search', 'demo'], '/api/accounts?q=demo'],
    ['quarantine list', ['quarantine', 'list', '--state', 'open'], '/api/quarantine?state=open'],
    ['quarantine show', ['quarantine', 'show', 'ENTRY'], '/api/quarantine/ENTRY'],
    ['dead-letters list', ['dead-letters', 'list'], '/api/dead-letters'],
    ['tokens list', ['tokens', 'list'], '/api/tokens'],
    ['audit', ['audit', '--action', 'sync.run'], '/api/audit?action=sync.run'],
  ])('prints what REST answers, byte by byte: %s', async (_, args, path) => {
    const ids: Record<string, string> = {
      ACCOUNT: accountId,
      RUN: await first('/api/sync/runs'),
      CONTACT: await first('/api/contacts?q=grace+hopper'),
      ENTRY: await first('/api/quarantine'),
    };
    const filled = (text: string) =>
      Object.entries(ids).reduce((found, [name, id]) => found.replace(name, id), text);
    const answered = await cli.run(...args.map(filled), '--json');
    expect(answered).toEqual({ code: 0, out: `${await rest(filled(path))}\n`, err: '' });
  });

  it('says the same to people: every verb that shows something has words for it', async () => {
    const run = await first('/api/sync/runs');
    const contact = await first('/api/contacts?q=grace+hopper');
    const words = async (...args: string[]) => {
      const { code, out, err } = await cli.run(...args);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      return out;
    };
    expect(await words('status')).toMatch(/Accounts +1 account, 1 fresh[^]*demo@example\.com/);
    expect(await words('runs')).toMatch(new RegExp(`${run} +full +manual +succeeded`));
    expect(await words('runs', run)).toMatch(/State +succeeded/);
    expect(await words('contacts', 'search', 'grace')).toContain('Grace Hopper');
    expect(await words('contacts', 'show', contact)).toMatch(/Name +Grace Hopper/);
    expect(await words('contacts', 'history', contact)).toMatch(/1 .*created/);
    expect(await words('accounts', 'list')).toContain('demo@example.com');
    expect(await words('quarantine', 'list')).toContain('people/broken');
    expect(await words('quarantine', 'show', await first('/api/quarantine'))).toContain('"names": "no list"');
    expect(await words('audit')).toContain('sync.run');
    expect(await words('verify')).toContain('The read model is as the log says');
  });

  it('takes all pages, or as many items as are wanted, a line each of REST', async () => {
    const { body } = await service.api('GET', '/api/contacts?limit=500');
    const all = JSON.parse(await cli.json('contacts', 'search', '--all')) as unknown;
    expect(all).toEqual(body);
    const { out, err } = await cli.run('contacts', 'search', '--limit', '4');
    expect(out.trimEnd().split('\n')).toHaveLength(1 + 4);
    const [, cursor = ''] = /--cursor (\S+)/.exec(err) ?? [];
    const [next] = (await cli.json('contacts', 'search', '--limit', '1', '--cursor', cursor)).split('\n');
    expect(JSON.parse(next ?? '')).toMatchObject({ items: [body.items[4]] });
  });

  it('syncs: what would be done, then what was done', async () => {
    const dry = JSON.parse(await cli.json('sync', '--dry-run', '--full')) as object;
    expect(dry).toMatchObject({ status: 'dry-run', statistics: { total_fetched: 30 } });
    await control('POST', '/control/persons/change', { edits: 3, seed: 5 });
    const done = JSON.parse(await cli.json('sync', '--incremental')) as { run: { id: string } };
    expect(done).toMatchObject({
      status: 'success',
      statistics: { updated: 3 },
      run: { mode: 'incremental' },
    });
    const { body } = await service.api('GET', `/api/sync/runs/${done.run.id}`);
    expect(body).toMatchObject({ state: 'succeeded', statistics: { updated: 3 } });
    expect((await cli.run('sync')).out).toMatch(/^Sync completed: nothing changed \(0 read, /);
  });

  it('looks up whose number it is', async () => {
    const { body } = await service.api('GET', '/api/contacts?q=grace+hopper');
    const number = body.items[0].phoneNumbers[0].value as string;
    const found = await cli.json('contacts', 'lookup', number);
    expect(found).toBe(`${await rest(`/api/contacts/lookup?phone=${encodeURIComponent(number)}`)}\n`);
  });

  it('settles what is in quarantine', async () => {
    const entry = await first('/api/quarantine?state=open');
    const replayed = await cli.run('quarantine', 'replay', entry);
    expect(replayed).toMatchObject({ code: 1, err: expect.stringContaining('code: still-not-understood') });
    const discarded = JSON.parse(await cli.json('quarantine', 'discard', entry, '--yes')) as object;
    expect(discarded).toEqual((await service.api('GET', `/api/quarantine?state=discarded`)).body.items[0]);
  });

  it('approves and rejects what is held', async () => {
    const { items } = (await control('GET', '/control/persons?limit=100')).body as {
      items: { resourceName: string }[];
    };
    for (const { resourceName } of items.slice(0, 10)) {
      await control('DELETE', `/control/${resourceName.replace('people/', 'persons/')}`);
    }
    const held = await cli.run('sync', '--full', '--json');
    expect(held).toMatchObject({ code: 5, err: '' });
    const { run } = JSON.parse(held.out) as { run: { id: string; heldDeletions: number } };
    expect(run.heldDeletions).toBe(10);
    const listed = await cli.json('held', 'list', run.id, '--limit', '2');
    expect(listed).toBe(`${await rest(`/api/sync/runs/${run.id}/held-deletions?limit=2`)}\n`);
    expect(JSON.parse(await cli.json('held', 'reject', run.id))).toEqual({ deleted: 0 });

    const again = JSON.parse(await cli.json('sync', '--full')) as { run: { id: string } };
    const approved = await cli.run(
      'held',
      'approve',
      again.run.id,
      '--yes',
      '--json',
      '--reason',
      'they left, Zoë says',
    );
    expect(JSON.parse(approved.out)).toEqual({ deleted: 10 });
    const [entry] = (await service.api('GET', '/api/audit?action=held-deletions.approve')).body.items;
    expect(entry).toMatchObject({ reason: 'they left, Zoë says', outcome: 'done' });
  });

  it('makes the read model anew, and tells by verify what is wrong', async () => {
    const { code, out } = await cli.run('rebuild', '--follow');
    expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('The read model is made anew') });
    const queued = await cli.run('rebuild', '--json');
    expect(JSON.parse(queued.out)).toMatchObject({ name: 'contacts' });
    expect((await cli.run('rebuild', '--follow')).code).toBe(0);

    await sql(
      service.database,
      `update contacts set display_name = 'Somebody else' where display_name = 'Grace Hopper'`,
    );
    const verified = await cli.run('verify', '--json');
    expect(verified.code).toBe(1);
    expect(JSON.parse(verified.out)).toMatchObject({ ok: false, differences: { count: 1 } });
    expect((await cli.run('verify')).out).toContain('contactstream rebuild');
    await cli.run('rebuild', '--follow');
  });

  it('says of a rebuild that no process works on it', async () => {
    const idle = await startTestService({ ROLES: 'api,scheduler', GOOGLE_REFRESH_TOKEN: '' });
    try {
      const { code, out } = await new CommandLine({ CONTACTSTREAM_URL: idle.url }).run('rebuild');
      expect({ code, out }).toEqual({
        code: 0,
        out: expect.stringContaining('no process with projector among its ROLES'),
      });
    } finally {
      await idle.stop();
    }
  });

  it('exports contacts, to the next program or to a file that is whole', async () => {
    const { out, code } = await cli.run('export', '--format', 'jsonl', '--query', 'grace');
    expect(code).toBe(0);
    const { body } = await service.api('GET', '/api/contacts?q=grace');
    expect(
      out
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual(body.items);

    const folder = await mkdtemp(join(tmpdir(), 'contactstream-export-'));
    try {
      const file = join(folder, 'contacts.vcf');
      const written = await cli.run('export', '--format', 'vcard', '--vcard', '3.0', '--output', file);
      expect(written).toMatchObject({ code: 0, out: '', err: `Written: ${file}\n` });
      const cards = await readFile(file, 'utf8');
      expect(cards).toMatch(/^BEGIN:VCARD\r\nVERSION:3\.0\r\n/);
      expect(await readdir(folder)).toEqual(['contacts.vcf']);
      const nowhere = await cli.run('export', '--format', 'csv', '--output', join(folder, 'no', 'such.csv'));
      expect(nowhere).toMatchObject({ code: 1, err: expect.stringContaining('cannot be written') });
    } finally {
      await rm(folder, { recursive: true });
    }
    expect((await cli.run('export')).code).toBe(2);
    expect((await cli.run('export', '--format', 'csv', '--label', '')).code).toBe(2);
  });

  it('says what is wrong, how to mend it, and ends with 1 where something has failed', async () => {
    await sql(service.database, "update quarantined_persons set state = 'discarded', closed_at = now()");
    const well = await cli.run('doctor');
    expect({ code: well.code, end: well.out.trimEnd().split('\n').at(-1) }).toEqual({
      code: 0,
      end: 'All is well.',
    });
    await sql(service.database, "update quarantined_persons set state = 'open', closed_at = null");
    const waiting = await cli.run('doctor');
    expect(waiting.code).toBe(0);
    expect(waiting.out).toMatch(
      /^warning {2}waiting +1 person is in quarantine\.\n +→ contactstream quarantine list/m,
    );
    expect((await cli.run('status')).out).toMatch(/^Wait for a person +1 person in quarantine$/m);
    await sql(service.database, `update sync_lists set next_sync_at = now() - interval '1 hour'`);
    const late = await cli.run('doctor');
    expect(late.code).toBe(1);
    expect(late.out).toMatch(/^FAILED {3}roles .*\n +→ .*ROLES/m);
    expect(JSON.parse((await cli.run('doctor', '--json')).out)).toMatchObject({ ok: false });
    await sql(service.database, `update sync_lists set next_sync_at = now() + interval '1 hour'`);
  });

  it('issues tokens and revokes them by name', async () => {
    const issued = JSON.parse(
      await cli.json('tokens', 'create', 'crm', '--scope', 'read', 'operate', '--expires-in', '1d'),
    ) as { token: string };
    expect(issued).toMatchObject({
      name: 'crm',
      scopes: ['read', 'operate'],
      token: expect.stringMatching(/^cst_/),
    });
    const plain = await cli.run('tokens', 'create', 'other', '--scope', 'read');
    expect(plain.out).toMatch(/^cst_\S+\n$/);
    expect(await cli.run('tokens', 'revoke', 'crm', '--yes')).toMatchObject({
      code: 0,
      out: 'crm is revoked.\n',
    });
    expect(await cli.run('tokens', 'revoke', 'crm', '--yes')).toMatchObject({ code: 1 });
    expect(JSON.parse(await cli.json('tokens', 'list'))).toMatchObject({ items: [{ name: 'other' }] });
  });

  it('connects, pauses, disconnects and erases accounts, by whatever they are called', async () => {
    const link = JSON.parse(await cli.json('accounts', 'connect', '--reference', 'tenant-42')) as {
      url: string;
    };
    expect(link.url).toContain('/api/auth/google/links/');
    await control('PUT', '/control/accounts/second', { persons: 3, seed: 9, email: 'second@example.org' });
    await new SignIns(service.url).signIn('second@example.org');
    const { body } = await service.api('GET', '/api/accounts?q=second@example.org');
    const { id } = body.items[0] as { id: string };
    await service.api('PATCH', `/api/accounts/${id}`, { reference: 'tenant-7/user-1' });

    const paused = JSON.parse(await cli.json('accounts', 'pause', 'tenant-7/user-1')) as object;
    expect(paused).toEqual((await service.api('GET', `/api/accounts/${id}`)).body);
    expect(paused).toMatchObject({ id, paused: true });
    expect((await cli.run('accounts', 'resume', 'SECOND@example.org')).out).toMatch(/resumed/);
    expect((await cli.run('accounts', 'pause', '--all')).out.trim().split('\n')).toHaveLength(2);
    expect((await cli.run('accounts', 'resume', '--all')).code).toBe(0);

    // With two accounts it must be said which; a part of a name is not enough.
    expect(await cli.run('sync')).toMatchObject({ code: 2, err: expect.stringContaining('--account') });
    expect(await cli.run('sync', '--account', 'second')).toMatchObject({
      code: 1,
      err: expect.stringContaining('account-not-found'),
    });
    expect((await cli.run('sync', '--account', 'second@example.org')).code).toBe(0);

    expect(await cli.run('accounts', 'disconnect', id, '--yes', '--json')).toEqual({
      code: 0,
      out: '',
      err: '',
    });
    expect((await service.api('GET', `/api/accounts/${id}`)).body).toMatchObject({ state: 'disconnected' });
    expect((await cli.run('status', '--account', id)).code).toBe(3);
    expect((await cli.run('accounts', 'erase', 'tenant-7/user-1', '--yes')).code).toBe(0);
    await waitFor(async () => (await service.api('GET', `/api/accounts/${id}`)).status === 404, {
      what: 'the erasure',
    });
    expect(JSON.parse(await cli.json('verify', '--erased', id))).toMatchObject({ ok: true, accountId: id });
  });

  it('says of an account that two have the name of by which ids they are told apart', async () => {
    await control('PUT', '/control/accounts/third', { persons: 0, seed: 11, email: 'third@example.org' });
    await new SignIns(service.url).signIn('third@example.org');
    const { body } = await service.api('GET', '/api/accounts?q=third@example.org');
    const { id } = body.items[0] as { id: string };
    await service.api('PATCH', `/api/accounts/${id}`, { reference: 'default' });
    const refused = await cli.run('status', '--account', 'default');
    expect(refused).toMatchObject({ code: 2, err: expect.stringContaining(accountId) });
    expect(refused.err).toContain(id);
  });
});
