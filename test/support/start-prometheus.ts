import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { findFreePort } from '../../apps/local/src/free-port.js';
import { waitFor } from './wait-for.js';

/** Debian's. */
const PROMETHEUS = '/usr/bin/prometheus';

export const hasPrometheus = existsSync(PROMETHEUS);

/** A real Prometheus. */
export interface Prometheus {
  /** What its HTTP API answers, such as `targets`, as `data`. */
  ask(question: string): Promise<unknown>;
  stop(): Promise<void>;
}

/**
 * With ops/prometheus.yml, whose only target is replaced.
 *
 * @param target host and port of a service
 */
export async function startPrometheus(target: string): Promise<Prometheus> {
  const folder = await mkdtemp(join(tmpdir(), 'contactstream-prometheus-'));
  const shipped = await readFile('ops/prometheus.yml', 'utf8');
  const file = join(folder, 'prometheus.yml');
  await writeFile(file, shipped.replace("'contact-sync:3000'", `'${target}'`).replaceAll('15s', '1s'));
  await copyFile('ops/alerts.yaml', join(folder, 'alerts.yaml'));
  const port = await findFreePort();
  const child = spawn(
    PROMETHEUS,
    [
      `--config.file=${file}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let words = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    words += text;
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
    await rm(folder, { recursive: true });
  };
  const url = `http://127.0.0.1:${port}`;
  try {
    await waitFor(async () => child.exitCode !== null || (await fetch(`${url}/-/ready`)).ok, {
      what: 'Prometheus to be ready',
    });
    if (child.exitCode !== null) throw new Error('It ended');
  } catch (error) {
    await stop();
    throw new Error(`Prometheus did not start: ${words}`, { cause: error });
  }
  return {
    ask: async (question) => {
      const answer = (await (await fetch(`${url}/api/v1/${question}`)).json()) as {
        readonly data?: unknown;
        readonly error?: string;
      };
      if (answer.error !== undefined) throw new Error(`${question}: ${answer.error}`);
      return answer.data;
    },
    stop,
  };
}
