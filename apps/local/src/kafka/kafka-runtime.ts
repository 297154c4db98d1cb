import { runCommand } from '../run-command.js';
import { haveKafkaJars } from './kafka-jars.js';

/** What this machine can run a Kafka with, or why it cannot. */
export type KafkaRuntime =
  | { readonly kind: 'java' }
  | { readonly kind: 'docker' }
  | { readonly kind: 'none'; readonly reason: string };

const OLDEST_JAVA = 17;

/** Looks for Java and Maven first, because that needs no daemon and no rights, then for a Docker that answers. */
export async function findKafkaRuntime(): Promise<KafkaRuntime> {
  const java = await javaVersion();
  if (java !== undefined && java >= OLDEST_JAVA && (haveKafkaJars() || (await succeeds('mvn', '-v'))))
    return { kind: 'java' };
  if (await succeeds('docker', 'info')) return { kind: 'docker' };
  const found =
    java === undefined ? 'no Java' : java < OLDEST_JAVA ? `Java ${java}` : `Java ${java} but no Maven`;
  return {
    kind: 'none',
    reason: `A local Kafka needs Java ${OLDEST_JAVA} or newer with Maven, or a running Docker. This machine has ${found}, and no Docker that answers.`,
  };
}

async function javaVersion(): Promise<number | undefined> {
  const result = await runCommand('java', ['-version']).catch(() => undefined);
  const version = /version "(\d+)/.exec(result?.output ?? '')?.[1];
  return version === undefined ? undefined : Number(version);
}

async function succeeds(program: string, ...args: string[]): Promise<boolean> {
  const result = await runCommand(program, args).catch(() => undefined);
  return result?.code === 0;
}
