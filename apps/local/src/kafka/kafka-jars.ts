import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { LocalProblem } from '../local-problem.js';
import { runCommand } from '../run-command.js';
import { KAFKA_VERSION } from './kafka-version.js';

const LOG4J_VERSION = '2.25.1';

/**
 * The folder with Apache Kafka's own jars and what they need, fetched by Maven once a machine: every clone uses the
 * same one, under the user's cache folder.
 */
export async function kafkaJars(): Promise<string> {
  const jars = jarsFolder();
  if (existsSync(jars)) return jars;
  // Fetched beside its place and moved there whole, so that the folder's presence means that it is complete.
  const draft = `${jars}.${process.pid}`;
  await mkdir(draft, { recursive: true });
  try {
    await writeFile(join(draft, 'pom.xml'), POM);
    const { code, output } = await runCommand(
      'mvn',
      ['-q', '-B', 'dependency:copy-dependencies', `-DoutputDirectory=${join(draft, 'lib')}`],
      { cwd: draft },
    );
    if (code !== 0) {
      throw new LocalProblem(
        `Maven could not fetch Apache Kafka ${KAFKA_VERSION}: ${firstError(output)} ` +
          'Is Maven Central (or the mirror in ~/.m2/settings.xml) within reach?',
      );
    }
    await rename(join(draft, 'lib'), jars).catch((error: unknown) => {
      // Another process was faster; its jars are the same ones.
      if (!existsSync(jars)) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return jars;
}

/** Whether Maven is still needed to run Kafka. */
export function haveKafkaJars(): boolean {
  return existsSync(jarsFolder());
}

function jarsFolder(): string {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  return join(cache, 'contactstream', `kafka-${KAFKA_VERSION}`);
}

function firstError(output: string): string {
  const line = output.split('\n').find((text) => text.includes('ERROR'));
  return (line ?? output.trim().split('\n').at(-1) ?? '').trim();
}

const dependency = (groupId: string, artifactId: string, version: string): string => `
    <dependency><groupId>${groupId}</groupId><artifactId>${artifactId}</artifactId><version>${version}</version></dependency>`;

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>local</groupId>
  <artifactId>kafka</artifactId>
  <version>1</version>
  <dependencies>${dependency('org.apache.kafka', 'kafka_2.13', KAFKA_VERSION)}${dependency('org.apache.logging.log4j', 'log4j-slf4j-impl', LOG4J_VERSION)}
  </dependencies>
</project>
`;
