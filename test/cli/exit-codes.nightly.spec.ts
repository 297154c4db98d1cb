import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { startTestService, type TestService } from '../support/service.js';
import { waitFor } from '../support/wait-for.js';
import { CommandLine } from './run-command.js';

const MASTER = 'master-of-a-test-0123456789';

/** CONTRACT: 0 done, 1 failed or found, 2 wrong usage, 3 sign-in needed, 4 not reachable, 5 held. */
describe('How the command line ends', () => {
  let service: TestService;
  let cli: CommandLine;
  let seed = 40;
  beforeAll(async () => {
    service = await startTestService({ DELETION_GUARD: '20%,2', API_TOKENS: MASTER }, { persons: 20 });
    cli = new CommandLine({ CONTACTSTREAM_URL: service.url, CONTACTSTREAM_TOKEN: MASTER });
  }, 180_000);
  afterAll(() => service.stop());
  beforeEach(async () => {
    seed += 1;
    await control('DELETE', '/control/faults');
    await control('PUT', '/control/accounts/demo', { persons: 20, seed });
    const { run } = JSON.parse(await cli.json('sync', '--full')) as { run: { id: string; state: string } };
    if (run.state === 'held') await cli.run('held', 'approve', run.id, '--yes');
  });

  const control = (...call: Parameters<TestService['api']>) => service.google.control(...call);
  /** Ten of twenty are gone from a full list: more than the guard lets pass. */
  const remove = async (): Promise<void> => {
    const { items } = (await control('GET', '/control/persons?limit=10')).body;
    for (const { resourceName } of items as { resourceName: string }[]) {
      await control('DELETE', `/control/${resourceName.replace('people/', 'persons/')}`);
    }
  };

  it('0: done', async () => {
    expect((await cli.run('sync', '--follow')).code).toBe(0);
    expect((await cli.run('status')).code).toBe(0);
    expect((await cli.run('--help')).code).toBe(0);
    expect((await cli.run('--version')).code).toBe(0);
  });

  it('1: failed, refused, or something found', async () => {
    const nobody = await cli.run('contacts', 'lookup', '+4915799999999');
    expect(nobody).toMatchObject({ code: 1, err: expect.stringContaining('code: no-match') });
    expect((await cli.run('runs', '0b9f2b4e-1111-4222-8333-444455556666')).err).toContain('run-not-found');
    const wrong = new CommandLine({ CONTACTSTREAM_URL: service.url, CONTACTSTREAM_TOKEN: 'wrong' });
    const refused = await wrong.run('status', '--json');
    expect(refused.code).toBe(1);
    expect(JSON.parse(refused.out)).toMatchObject({ code: 'invalid-api-token', status: 401 });

    await control('POST', '/control/faults', {
      where: 'connections',
      times: 20,
      fault: { kind: 'status', status: 400 },
    });
    const failed = await cli.run('sync', '--follow');
    expect({ code: failed.code, err: failed.err }).toEqual({
      code: 1,
      err: expect.stringMatching(/code: google-/),
    });
    expect((await cli.run('sync')).code).toBe(1);
  });

  it.each([
    [['nonsense']],
    [['status', '--nonsense']],
    [['sync', '--full', '--incremental']],
    [['contacts', 'show']],
    [['contacts', 'search', '--limit', 'many']],
    [['runs', '--state', 'odd']],
    [['runs', '--follow']],
    [['accounts', 'pause']],
    [['events', 'tail', '--after', '-1']],
    [['audit', '--from', 'yesterday']],
    [['status', '--url', 'nowhere']],
    [['status', '--token-file', '/nowhere']],
    [[]],
  ])('2: wrong usage: %j', async (args) => {
    const { code, out, err } = await cli.run(...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).not.toBe('');
  });

  it.each([
    ['held', 'approve', 'RUN'],
    ['quarantine', 'discard', 'x'],
    ['dead-letters', 'discard', 'x'],
    ['accounts', 'disconnect', 'default'],
    ['accounts', 'erase', 'default'],
    ['tokens', 'revoke', 'kept'],
  ])('2: nobody can be asked, and the missing flag is named: %s %s', async (...args) => {
    let [, , target] = args;
    if (target === 'RUN') {
      await remove();
      target = (JSON.parse(await cli.json('sync', '--full')) as { run: { id: string } }).run.id;
    }
    if (target === 'kept') await cli.run('tokens', 'create', 'kept', '--scope', 'read');
    const { code, err } = await cli.run(...args.slice(0, 2), target);
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('--yes is missing') });
  });

  it('3: a person has to sign in', async () => {
    const revoked = await startTestService({}, { persons: 3 });
    try {
      const alone = new CommandLine({ CONTACTSTREAM_URL: revoked.url });
      await revoked.google.control('POST', '/control/refresh-tokens/revoke');
      await revoked.google.control('POST', '/control/access-tokens/expire');
      const failed = await alone.run('sync', '--follow');
      expect({ code: failed.code, err: failed.err }).toEqual({
        code: 3,
        err: expect.stringContaining('contactstream accounts connect'),
      });
      expect((await alone.run('sync', '--json')).code).toBe(3);
      expect((await alone.run('sync', '--follow')).code).toBe(3);
      expect((await alone.run('status')).code).toBe(3);
    } finally {
      await revoked.stop();
    }
  });

  it('3: nothing was ever connected', async () => {
    const empty = await startTestService({ GOOGLE_REFRESH_TOKEN: '' });
    try {
      const alone = new CommandLine({ CONTACTSTREAM_URL: empty.url });
      expect(await alone.run('status')).toMatchObject({
        code: 3,
        err: expect.stringContaining('contactstream accounts connect'),
      });
      expect((await alone.run('sync')).code).toBe(3);
      expect((await alone.run('sync', '--follow')).code).toBe(3);
    } finally {
      await empty.stop();
    }
  });

  it('4: the service cannot be reached, or somebody else answers for it', async () => {
    const nothing = await cli.run('status', '--url', 'http://127.0.0.1:1');
    expect(nothing).toMatchObject({ code: 4, err: expect.stringContaining('cannot be reached') });
    for (const verb of [['sync'], ['sync', '--follow'], ['events', 'tail'], ['verify']]) {
      expect((await cli.run(...verb, '--url', 'http://127.0.0.1:1')).code).toBe(4);
    }
    const proxy = createServer((_, response) => {
      response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad gateway</h1>');
    });
    await new Promise<void>((settle) => {
      proxy.listen(0, '127.0.0.1', settle);
    });
    try {
      const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
      expect((await cli.run('status', '--url', url)).code).toBe(4);
    } finally {
      proxy.close();
    }
  });

  it('5: deletions are held, and it is said how to decide', async () => {
    await remove();
    const { code, out } = await cli.run('sync', '--full', '--follow');
    expect({ code, out }).toEqual({ code: 5, out: expect.stringContaining('contactstream held approve') });
    expect((await cli.run('sync', '--full')).code).toBe(5);
    const [held] = (JSON.parse(await cli.json('held', 'list')) as { items: { id: string }[] }).items;
    expect((await cli.run('runs', held?.id ?? '', '--follow')).code).toBe(5);
    expect((await cli.run('held', 'reject', held?.id ?? '')).code).toBe(0);
  });

  it('takes the token from a file, and never as a word of the command', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'contactstream-token-'));
    try {
      await writeFile(join(folder, 'token'), `${MASTER}\n`);
      const plain = new CommandLine({ CONTACTSTREAM_URL: service.url });
      expect((await plain.run('status')).code).toBe(1);
      expect((await plain.run('status', '--token-file', join(folder, 'token'))).code).toBe(0);
      expect((await plain.run('status', '--token', MASTER)).code).toBe(2);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('1: a run that was cancelled', async () => {
    await control('POST', '/control/faults', {
      where: 'connections',
      fault: { kind: 'delay', ms: 60_000 },
    });
    const following = cli.start('sync', '--full', '--follow', '--json');
    await following.says('"state":"running"');
    const id = await waitFor(() => /"id":"([^"]+)"/.exec(following.out())?.[1], { what: 'the run' });
    expect((await cli.run('runs', 'cancel', id)).code).toBe(0);
    expect(await following.ended).toMatchObject({ code: 1, err: expect.stringContaining('cancelled') });
  });
});
