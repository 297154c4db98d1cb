import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { toolEnvironment } from '../child-environment.js';
import { LocalProblem } from '../local-problem.js';
import { lastLines, runCommand } from '../run-command.js';
import { type KafkaNode, type KafkaProperties, type ScramUser } from './kafka-node.js';
import { propertiesFile } from './node-properties.js';

/** A Kafka server as a Java process of ours. */
export interface RunningNode {
  /** Settles when the process is gone, wanted or not. */
  readonly ended: Promise<void>;
  /** Ends it in order, by force after 20 s. */
  stop(): Promise<void>;
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
}

/** Formats the node's storage at its first start, and starts it. It is up only once it answers a request. */
export async function startJavaNode(
  node: KafkaNode,
  properties: KafkaProperties,
  {
    jars,
    clusterId,
    scramUsers,
  }: { readonly jars: string; readonly clusterId: string; readonly scramUsers: readonly ScramUser[] },
): Promise<RunningNode> {
  await mkdir(node.folder, { recursive: true });
  const file = join(node.folder, 'server.properties');
  writeFileSync(file, propertiesFile(properties), { mode: 0o600 });

  if (!existsSync(join(node.folder, 'data', 'meta.properties'))) {
    // Formatting is short work for a big machine: without the compiler threads it takes half the time.
    const format = [
      '-XX:TieredStopAtLevel=1',
      '-cp',
      join(jars, '*'),
      'kafka.tools.StorageTool',
      'format',
      '-t',
      clusterId,
      '-c',
      file,
      ...scramUsers.flatMap(({ mechanism, name, password }) => [
        '--add-scram',
        `${mechanism}=[name=${name},password=${password}]`,
      ]),
    ];
    const { code, output } = await runCommand('java', format);
    if (code !== 0) throw new LocalProblem(`Kafka could not prepare ${node.folder}: ${lastLines(output)}`);
  }

  const log = openSync(logOf(node), 'w');
  const child = spawn('java', ['-Xmx512m', '-cp', join(jars, '*'), 'kafka.Kafka', file], {
    cwd: node.folder,
    env: toolEnvironment(),
    stdio: ['ignore', log, log],
    // Its own process group: a terminal's Ctrl-C reaches only the program that stops it in order.
    detached: true,
  });
  closeSync(log);
  const pidFile = join(node.folder, 'pid');
  if (child.pid !== undefined) writeFileSync(pidFile, String(child.pid));
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      rmSync(pidFile, { force: true });
      resolve();
    });
    child.once('error', () => {
      resolve();
    });
  });
  return {
    ended,
    stop: () => end(child, ended, 'SIGTERM'),
    kill: () => end(child, ended, 'SIGKILL'),
  };
}

/** The last lines that the server wrote, for an error message. */
export function tailOfLog(node: KafkaNode): string {
  const log = existsSync(logOf(node)) ? readFileSync(logOf(node), 'utf8').trim() : '';
  return log.split('\n').slice(-3).join(' | ') || 'it wrote no log';
}

const logOf = (node: KafkaNode): string => join(node.folder, 'server.log');

async function end(child: ChildProcess, ended: Promise<void>, signal: NodeJS.Signals): Promise<void> {
  child.kill(signal);
  const force = setTimeout(() => child.kill('SIGKILL'), 20_000);
  await ended;
  clearTimeout(force);
}
