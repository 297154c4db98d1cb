import { readFileSync, writeFileSync } from 'node:fs';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { startTestService, type TestService } from '../support/service.js';
import { waitFor } from '../support/wait-for.js';
import { CommandLine } from './run-command.js';

const TRANSCRIPT = /(<!-- transcript: npm run docs:transcript -->\n\n```\n)([^]*?)(```\n)/;
/** Of a longer answer, so many lines are enough. */
const SHOWN_LINES = 4;

/** `npm run docs:transcript` writes it anew. */
describe('The session in the README', () => {
  let service: TestService;
  let cli: CommandLine;
  beforeAll(async () => {
    service = await startTestService({}, { persons: 250 });
    cli = new CommandLine({ CONTACTSTREAM_URL: service.url });
  }, 180_000);
  afterAll(() => service.stop());

  const ids = new Map<string, string>();
  /** The same ids and times each time, as wide as they are. */
  const normal = (text: string): string =>
    text
      .replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, (id) => {
        const known = ids.get(id) ?? `5fde9b59-779d-4a39-8f62-${String(ids.size + 1).padStart(12, '0')}`;
        ids.set(id, known);
        return known;
      })
      .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, '2026-11-29T12:00:00.000Z')
      .replaceAll(/\d+\.\d s/g, '0.5 s')
      // How often it is told how far a run is depends on how fast it is.
      .replaceAll(/^fetching: .*\n|^(?:queued|token|waiting|comparing|deleting|finishing): .*\n/gm, '');

  /** Whoever follows a run sees its end before the read model has it all. */
  const caughtUp = () =>
    waitFor(async () => (await service.api('GET', '/api/sync/status')).body.projectionLag.events === 0, {
      what: 'the read model',
    });

  it('is what the command line prints', async () => {
    let transcript = '';
    const say = async (...args: string[]): Promise<string> => {
      const { out } = await cli.run(...args);
      const lines = normal(out).trimEnd().split('\n');
      const shown = lines.length > SHOWN_LINES + 3 ? [...lines.slice(0, SHOWN_LINES), '…'] : lines;
      transcript += `$ contactstream ${args.map(normal).join(' ')}\n${shown.join('\n')}\n`;
      return out;
    };
    await say('sync', '--dry-run');
    await say('sync', '--follow');
    await caughtUp();
    await say('status');
    const found = await say('contacts', 'search', 'grace', 'hopper');
    const [id = ''] = /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(found) ?? [];
    await service.google.control('PATCH', '/control/persons/c8540841454551036973', {
      phoneNumbers: [{ value: '+33612345678', type: 'mobile' }],
    });
    await say('sync', '--follow');
    await caughtUp();
    await say('contacts', 'history', id);

    const readme = readFileSync('README.md', 'utf8');
    if (process.env.WRITE_TRANSCRIPT === undefined) {
      expect(TRANSCRIPT.exec(readme)?.[2]).toBe(transcript);
    } else {
      const [, before = '', , after = ''] = TRANSCRIPT.exec(readme) ?? [];
      writeFileSync(
        process.env.WRITE_TRANSCRIPT,
        readme.replace(TRANSCRIPT, () => before + transcript + after),
      );
    }
  });
});
