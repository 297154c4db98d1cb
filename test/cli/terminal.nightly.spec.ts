import { execFile } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import stringWidth from 'string-width';

import { startTestService, type TestService } from '../support/service.js';
import { describeTerminal, onTerminal, type Terminal } from './terminal.js';

describeTerminal('On a terminal, the command line', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({ SYNC_PAGE_SIZE: '10' }, { persons: 30 });
    await service.google.control('POST', '/control/persons', {
      names: [{ givenName: '山田山田山田山田', familyName: '太郎太郎太郎太郎太郎太郎太郎太郎' }],
    });
    await service.api('POST', '/api/sync/full');
  }, 180_000);
  afterAll(() => service.stop());
  const start = (args: string[], columns?: number, variables: Record<string, string> = {}): Terminal =>
    onTerminal(args, { CONTACTSTREAM_URL: service.url, ...variables }, columns);
  const shown = async (terminal: Terminal): Promise<string> => {
    await terminal.ended;
    return terminal.shown();
  };

  it('cuts tables to its width, but no id', async () => {
    const text = stripVTControlCharacters(await shown(start(['contacts', 'search', '--all'], 80)));
    const lines = text.trimEnd().split('\r\n');
    expect(lines).toHaveLength(1 + 31);
    expect(Math.max(...lines.map((line) => stringWidth(line)))).toBeLessThanOrEqual(80);
    expect(text).toContain('…');
    for (const line of lines.slice(1)) expect(line).toMatch(/^[0-9a-f-]{36} /);
  });

  it('has colours there, but not with NO_COLOR, nor in a pipe', async () => {
    expect(await shown(start(['accounts', 'list']))).toContain('\u001b[32mfresh');
    expect(await shown(start(['accounts', 'list'], 80, { NO_COLOR: '1' }))).not.toContain('\u001b[');
  });

  it('tells times as they are from now', async () => {
    expect(await shown(start(['runs'], 200))).toMatch(/\d+ (s|min) ago|now/);
  });

  it('shows a bar that moves, and takes it away', async () => {
    await service.google.control('POST', '/control/faults', {
      where: 'connections',
      when: { page: 3 },
      fault: { kind: 'delay', ms: 1_500 },
    });
    const text = await shown(start(['sync', '--full', '--follow']));
    expect(text).toMatch(/\r\u001b\[K\[#+\.+\] fetching: 20 of 31 persons, page 2/);
    expect(text).toMatch(/\r\u001b\[KFull sync: nothing changed \(31 read, \d+\.\d s\)\r\n$/);
  });

  it('asks for a word before what cannot be taken back, and does nothing without it', async () => {
    const wrong = start(['accounts', 'disconnect', 'default']);
    await wrong.shows('Type demo@example.com to go on: ');
    wrong.type('yes\r');
    expect(await wrong.ended).toBe(1);
    expect(wrong.shown()).toContain('Not confirmed: nothing was done.');

    const interrupted = start(['accounts', 'disconnect', 'default']);
    await interrupted.shows('to go on: ');
    interrupted.type('\u0003');
    expect(await interrupted.ended).toBe(130);

    const left = start(['accounts', 'disconnect', 'default']);
    await left.shows('to go on: ');
    left.type('\u0004');
    expect(await left.ended).toBe(1);
    expect((await service.api('GET', '/api/accounts')).body.items).toMatchObject([{ state: 'connected' }]);

    const right = start(['accounts', 'disconnect', 'default']);
    await right.shows('to go on: ');
    right.type('demo@example.com\r');
    expect(await right.ended).toBe(0);
    expect((await service.api('GET', '/api/accounts')).body.items).toMatchObject([{ state: 'disconnected' }]);
  });

  it('ends quietly in front of `head`', async () => {
    const script = `set -o pipefail; "$1" "$2" contacts search --all --json | head -c 10`;
    const ended = await new Promise((settle) => {
      execFile(
        'bash',
        ['--norc', '-c', script, 'bash', process.execPath, 'dist/apps/cli/contactstream.js'],
        { env: { PATH: process.env.PATH, CONTACTSTREAM_URL: service.url } },
        (error, out, err) => {
          settle({ code: error?.code ?? 0, out, err });
        },
      );
    });
    expect(ended).toEqual({ code: 0, out: '{"items":[', err: '' });
  });
});
