import { execFileSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';

import { KAFKA_VERSION } from '../apps/local/src/kafka/kafka-version.js';

export interface Machine {
  readonly date: string;
  readonly commit: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
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
    system: `${process.platform} ${process.arch}`,
    node: process.version,
    postgres,
    kafka: hasKafka ? KAFKA_VERSION : 'none',
  };
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
