import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';

import { findFreePort } from '../../apps/local/src/free-port.js';
import { callsTo } from '../support/call.js';
import { append, ContactStream, createLogDatabase, type LogDatabase } from '../support/contact-feed-log.js';
import { serviceEnvironment } from '../support/service-environment.js';
import {
  type RunningService,
  startGoogle,
  startService,
  startTestService,
  type TestGoogle,
  type TestService,
} from '../support/service.js';
import { waitFor } from '../support/wait-for.js';
import { CommandLine, type RunningCommand } from './run-command.js';

const positions = (text: string): string[] =>
  text
    .split('\n')
    .slice(0, -1)
    .map((line) => (JSON.parse(line) as { position: string }).position);

describe('contactstream events tail', () => {
  let log: LogDatabase;
  let google: TestGoogle;
  let service: RunningService;
  let port: number;
  let cli: CommandLine;
  const started: RunningCommand[] = [];
  beforeAll(async () => {
    [log, google, port] = await Promise.all([createLogDatabase(), startGoogle(), findFreePort()]);
    service = await start();
    cli = new CommandLine({ CONTACTSTREAM_URL: service.url });
  }, 180_000);
  afterEach(async () => {
    for (const command of started) command.signal('SIGKILL');
    await Promise.all(started.splice(0).map(({ ended }) => ended));
  });
  afterAll(async () => {
    await service.stop();
    await Promise.all([log.close(), google.stop()]);
  });

  const start = () =>
    startService({
      ...serviceEnvironment(log.database, google),
      GOOGLE_REFRESH_TOKEN: '',
      ROLES: 'api',
      PORT: String(port),
    });
  const tail = (...args: string[]): RunningCommand => {
    const command = cli.start('events', 'tail', ...args);
    started.push(command);
    return command;
  };
  const logged = async (query: string): Promise<string[]> => {
    const { body } = await callsTo(service.url)('GET', `/api/events?limit=1000&${query}`);
    return (body.items as { position: string }[]).map(({ position }) => position);
  };

  it('tells each event once and in order, over restarts of the service', async () => {
    const contacts = [new ContactStream(), new ContactStream()];
    const before = await append(log.em, [new ContactStream().updated()]);
    const tailing = tail('--json', '--after', String(before));
    for (const round of [1, 2, 3]) {
      const last = await append(
        log.em,
        Array.from({ length: 20 }, (_, index) => contacts[index % 2]?.updated()).filter(
          (one) => one !== undefined,
        ),
      );
      await tailing.says(`"position":"${last}"`);
      await service.stop();
      await tailing.tells('The stream broke off');
      // What comes while nobody serves.
      await append(log.em, [new ContactStream().updated()]);
      service = await start();
      expect(round).toBeLessThanOrEqual(3);
    }
    const expected = await logged(`after=${before}`);
    await waitFor(() => positions(tailing.out()).length >= expected.length, {
      what: 'the last events',
      timeoutMs: 30_000,
    });
    expect(positions(tailing.out())).toEqual(expected);
  }, 120_000);

  it('begins with new events, and narrows by account, contact and type', async () => {
    const contact = new ContactStream();
    const [all, one, deletions] = [
      tail('--json'),
      tail('--json', '--contact', contact.id),
      tail('--json', '--type', 'ContactDeleted', '--account', contact.accountId),
    ];
    // Those that are connected are told of what is new.
    const metrics = async () => (await fetch(`${service.url}/metrics`)).text();
    await waitFor(async () => /contactstream_event_streams\S* 3\n/.test(await metrics()), {
      what: 'three readers',
    });
    const last = await append(log.em, [contact.updated(), contact.deleted(), new ContactStream().updated()]);
    await all.says(`"position":"${last}"`);
    await one.says('ContactDeleted');
    await deletions.says('ContactDeleted');
    expect(positions(one.out())).toEqual(await logged(`contactId=${contact.id}`));
    expect(positions(deletions.out())).toHaveLength(1);
  });

  it('says in words what happened, without what a terminal takes as a command', async () => {
    const contact = new ContactStream();
    const before = await append(log.em, [contact.updated({ displayName: 'Ada \u001b[31mLovelace\u202e' })]);
    const tailing = tail('--after', String(before - 1n), '--contact', contact.id);
    await tailing.says('Lovelace');
    expect(tailing.out()).toMatch(
      new RegExp(`^ *${before}  \\S+  (created|updated).*  ${contact.id}  Ada +\\[31mLovelace\n$`),
    );
  });

  it('ends quietly where its reader leaves', async () => {
    const contact = new ContactStream();
    const before = await append(log.em, [contact.updated()]);
    const tailing = tail('--json', '--after', String(before - 1n), '--contact', contact.id);
    await tailing.says('"position"');
    tailing.closeOutput();
    await append(log.em, [contact.updated()]);
    expect(await tailing.ended).toMatchObject({ code: 0, err: '' });
  });

  it('ends at Ctrl-C, and says where it was', async () => {
    const contact = new ContactStream();
    const position = await append(log.em, [contact.updated()]);
    const tailing = tail('--after', String(position - 1n), '--contact', contact.id);
    await tailing.says(contact.id);
    tailing.signal('SIGINT');
    expect(await tailing.ended).toMatchObject({
      code: 130,
      err: `Go on from there with --after ${position}\n`,
    });
  });
});

describe('contactstream sync --follow', () => {
  let service: TestService;
  let cli: CommandLine;
  beforeAll(async () => {
    service = await startTestService({ SYNC_PAGE_SIZE: '10' }, { persons: 30 });
    cli = new CommandLine({ CONTACTSTREAM_URL: service.url });
  }, 180_000);
  afterAll(() => service.stop());
  const slowPage = () =>
    service.google.control('POST', '/control/faults', {
      where: 'connections',
      when: { page: 2 },
      fault: { kind: 'delay', ms: 3_000 },
    });

  it('tells by lines off a terminal how it goes on, and what came of it', async () => {
    await slowPage();
    const { code, out } = await cli.run('sync', '--full', '--follow');
    expect(code).toBe(0);
    expect(out).toMatch(/^fetching: \d+ of 30 persons, page \d\n/m);
    expect(out).toMatch(/^Full sync: 30 contacts created \(30 read, \d+\.\d s\)\n$/m);
    expect(out).not.toContain('\u001b');
  });

  it('prints the messages of the stream with --json, the last one of which is the end of the run', async () => {
    const { out } = await cli.run('sync', '--full', '--follow', '--json');
    const messages = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { run: { id: string } });
    const last = messages.at(-1);
    expect(last).toEqual({
      run: (await service.api('GET', `/api/sync/runs/${last?.run.id ?? ''}`)).body,
    });
  });

  it('ends at Ctrl-C without ending the run, and says so', async () => {
    await slowPage();
    const following = cli.start('sync', '--full', '--follow');
    await following.says('fetching');
    following.signal('SIGINT');
    const { code, err } = await following.ended;
    const [, id = ''] = /contactstream runs (\S+) --follow/.exec(err) ?? [];
    expect(code).toBe(130);
    expect(err).toContain('The run goes on.');
    // A stranger can take it up, and sees its end.
    expect((await cli.run('runs', id, '--follow')).code).toBe(0);
    expect((await service.api('GET', `/api/sync/runs/${id}`)).body).toMatchObject({ state: 'succeeded' });
  });
});
