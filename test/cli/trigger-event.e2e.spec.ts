import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { startTestService, type TestService } from '../support/service.js';
import { CommandLine } from './run-command.js';

interface Told {
  readonly subject: string;
  readonly data: { readonly change?: string; readonly reason?: string; readonly mergedInto?: string };
}

describe('contactstream events trigger', () => {
  let service: TestService;
  let cli: CommandLine;
  beforeAll(async () => {
    service = await startTestService({}, { persons: 3 });
    cli = new CommandLine({ CONTACTSTREAM_URL: service.url });
    await service.api('POST', '/api/sync');
  });
  afterAll(() => service.stop());

  it.each([
    ['created', ['created']],
    ['updated', ['created', 'updated']],
    ['renamed', ['created', 'renamed']],
    ['deleted', ['created', 'deleted-in-google']],
    ['restored', ['created', 'deleted-in-google', 'restored']],
    ['merged', ['created', 'created', 'updated', 'merged']],
  ])('%s: the events of a sample contact, as the log has them', async (change, expected) => {
    const { code, out } = await cli.run('events', 'trigger', change, '--json');
    const told = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Told);
    expect([code, told.map(({ data }) => data.change ?? data.reason)]).toEqual([0, expected]);
    const contacts = [...new Set(told.map(({ subject }) => subject))];
    expect(contacts).toHaveLength(change === 'merged' ? 2 : 1);
    if (change === 'merged') expect(contacts).toContain(told.at(-1)?.data.mergedInto);
  });

  it('says each in a line, and what else there is to say', async () => {
    const { out } = await cli.run('events', 'trigger', 'updated');
    expect(out.trim().split('\n')).toEqual([
      expect.stringMatching(/ created {2}/),
      expect.stringMatching(/ updated \(nicknames\) {2}/),
    ]);
    const wrong = await cli.run('events', 'trigger', 'forgotten');
    expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('restored')]);
  });

  it('needs a person who can be changed so', async () => {
    const ask = (body: object) => service.api('POST', '/api/simulator/changes', body);
    const nobody = { change: 'restored', resourceName: 'people/nobody' };
    expect((await ask(nobody)).body).toMatchObject({
      code: 'not-found',
      detail: expect.stringContaining('people/nobody'),
    });
    expect((await ask({ change: 'renamed' })).body).toMatchObject({ code: 'invalid-request' });
  });
});
