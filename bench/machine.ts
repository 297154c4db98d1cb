import { execFileSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';

import { KAFKA_VERSION } from '../apps/local/src/kafka/kafka-version.js';

export interface Machine {
  readonly date: string;
  readonly commit: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  /** How long the first write to a MiB takes, in ms: some virtual machines get each page from their host. */
  readonly freshMemoryMs: number;
  readonly system: string;
  readonly node: string;
  readonly postgres: string;
  readonly kafka: string;
}

export function describeMachine(postgres: string, hasKafka: boolean): Machine {
  const processors = cpus();
  return {
    date: new Date().toISOString(),
    commit: commit(),
    cpu: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    freshMemoryMs: freshMemoryMs(),
    system: `${process.platform} ${process.arch}`,
    node: process.version,
    postgres,
    kafka: hasKafka ? KAFKA_VERSION : 'none',
  };
}

function freshMemoryMs(): number {
  const mebibytes = 64;
  const memory = Buffer.allocUnsafeSlow(mebibytes * 2 ** 20);
  const start = performance.now();
  memory.fill(1);
  return (performance.now() - start) / mebibytes;
}

function commit(): string {
  try {
    const head = git('rev-parse', '--short=12', 'HEAD');
    return git('status', '--porcelain', '--', 'apps', 'libs') === '' ? head : `${head} with changes`;
  } catch {
    return 'unknown';
  }
}

function git(...args: string[]): string {
  return execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
}
