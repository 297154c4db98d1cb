import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { describeUnless } from '../support/kafka.js';
import { startTestService, type TestService } from '../support/service.js';

const PACKAGE = resolve('dist/apps/cli');

/** The Node.js 20 of this machine, if it has one. */
const node20 = (process.env.PATH ?? '')
  .split(delimiter)
  .map((folder) => join(folder, 'node'))
  .find(
    (node) => existsSync(node) && execFileSync(node, ['--version'], { encoding: 'utf8' }).startsWith('v20.'),
  );

let folder: string;
let service: TestService;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'contactstream-packed-'));
  service = await startTestService({}, { persons: 5 });
  await npm(process.execPath, folder, 'pack', PACKAGE, '--silent');
}, 120_000);
afterAll(async () => {
  await service.stop();
  await rm(folder, { recursive: true });
});

/** npm as that Node.js runs it, without a registry. */
function npm(node: string, cwd: string, ...args: readonly string[]): Promise<{ stdout: string }> {
  return promisify(execFile)('npm', args, { cwd, env: environment(node) });
}

function environment(node: string): NodeJS.ProcessEnv {
  const { HOME, PATH } = process.env;
  return {
    HOME,
    PATH: `${dirname(node)}${delimiter}${PATH}`,
    npm_config_offline: 'true',
    npm_config_audit: 'false',
    npm_config_fund: 'false',
    npm_config_update_notifier: 'false',
    CONTACTSTREAM_URL: service.url,
  };
}

function describeOn(name: string, node: string | undefined): void {
  describeUnless(node === undefined ? `there is no ${name} here` : null)(
    `The packed command line on ${name}`,
    () => {
      let elsewhere: string;
      beforeAll(async () => {
        elsewhere = join(folder, name.replaceAll(/\W/g, ''));
        await mkdir(elsewhere);
        const [file = ''] = (await readdir(folder)).filter((one) => one.endsWith('.tgz'));
        await npm(node ?? '', elsewhere, 'install', join('..', file));
      }, 120_000);

      const run = (...args: readonly string[]): Promise<{ stdout: string }> =>
        promisify(execFile)(join(elsewhere, 'node_modules/.bin/contactstream'), args, {
          cwd: elsewhere,
          env: environment(node ?? ''),
        });

      it('is installed in an empty folder, without a registry and without dependencies', async () => {
        expect(
          (await readdir(join(elsewhere, 'node_modules'))).filter((one) => !one.startsWith('.')),
        ).toEqual(['contactstream']);
        expect((await readdir(join(elsewhere, 'node_modules/contactstream'))).sort()).toEqual([
          'LICENSE',
          'README.md',
          'contactstream.js',
          'licenses.md',
          'package.json',
        ]);
      });

      it('syncs, follows and shows', async () => {
        expect((await run('sync', '--full', '--follow')).stdout).toMatch(/^Full sync: /m);
        const { stdout } = await run('status', '--json');
        expect(stdout).toBe(`${await (await fetch(`${service.url}/api/sync/status`)).text()}\n`);
        expect((await run('contacts', 'search')).stdout.trimEnd().split('\n')).toHaveLength(1 + 5);
      });

      it('says of the commands of operators where they are', async () => {
        await expect(run('migrate')).rejects.toMatchObject({
          code: 1,
          stderr: expect.stringContaining('npx contactstream migrate in the project'),
        });
      });
    },
  );
}

describeOn('Node.js 24', process.execPath);
describeOn('Node.js 20', node20);

describe('In the project', () => {
  it('is `npx contactstream`', async () => {
    const { stdout } = await promisify(execFile)('npx', ['contactstream', 'status', '--json'], {
      env: environment(process.execPath),
    });
    expect(JSON.parse(stdout)).toMatchObject({ totals: { accounts: 1 } });
  });
});
