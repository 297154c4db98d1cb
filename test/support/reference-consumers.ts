import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { type TestService } from './service.js';

/** A reference consumer, and what this machine lacks to run it. */
export interface Language {
  readonly name: 'JavaScript' | 'Java' | 'Python';
  readonly folder: string;
  readonly command: readonly string[];
  readonly missing: string | null;
  /** How it can sign in to Kafka. */
  readonly mechanisms: readonly string[];
  /** What its README says to do before it is run. */
  readonly install?: () => void;
}

const MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'];
const EXAMPLES = path.resolve('examples/consumers');

export const JAVASCRIPT: Language = {
  name: 'JavaScript',
  folder: path.join(EXAMPLES, 'javascript'),
  command: [process.execPath, 'copy-contacts.mjs'],
  missing: null,
  mechanisms: MECHANISMS,
};

const LIBRDKAFKA = 'import confluent_kafka, jsonschema; print(confluent_kafka.libversion()[1])';
const python = ['python3', '/usr/bin/python3']
  .map((program) => ({ program, ...spawnSync(program, ['-c', LIBRDKAFKA], { encoding: 'utf8' }) }))
  .find(({ status }) => status === 0);
const PYTHON: Language = {
  name: 'Python',
  folder: path.join(EXAMPLES, 'python'),
  command: [python?.program ?? 'python3', 'copy_contacts.py'],
  // Before 2.6.1 librdkafka sends its nonce twice, which Kafka 4 refuses (confluentinc/librdkafka#4895).
  mechanisms: Number(python?.stdout) >= 0x020601ff ? MECHANISMS : ['plain'],
  missing:
    python === undefined
      ? 'needs Python with confluent-kafka and jsonschema (python3-confluent-kafka)'
      : null,
};

const javaFolder = path.join(EXAMPLES, 'java');
const hasJars = (): boolean => existsSync(path.join(javaFolder, 'target', 'dependency'));
const hasJdk = spawnSync('javac', ['-version']).status === 0;
const JAVA: Language = {
  name: 'Java',
  folder: javaFolder,
  command: ['java', '-cp', 'target/dependency/*:target/classes', 'CopyContacts'],
  missing: hasJdk && (hasJars() || spawnSync('mvn', ['-v']).status === 0) ? null : 'needs a JDK 17 and Maven',
  mechanisms: MECHANISMS,
  install: () => {
    const here = { cwd: javaFolder };
    if (!hasJars()) execFileSync('mvn', ['-q', '-B', 'dependency:copy-dependencies'], here);
    execFileSync('javac', ['-cp', 'target/dependency/*', '-d', 'target/classes', 'CopyContacts.java'], here);
  },
};

export const LANGUAGES: readonly Language[] = [JAVASCRIPT, JAVA, PYTHON];

/** What a copy, or REST, has of a contact. */
export interface CopiedContact {
  readonly version: number;
  readonly contact: unknown;
  readonly reason: string | null;
}

/** One of the programs, with a copy of its own. */
export class ReferenceConsumer {
  private readonly running = new Set<ChildProcess>();

  constructor(
    readonly language: Language,
    readonly file: string,
    private readonly environment: Readonly<Record<string, string>>,
  ) {}

  start(args: readonly string[] = [], more: Readonly<Record<string, string>> = {}) {
    const [command = '', ...given] = this.language.command;
    const { PATH, HOME } = process.env;
    const child = spawn(command, [...given, ...args], {
      cwd: this.language.folder,
      env: { PATH, HOME, COPY: this.file, ...this.environment, ...more },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.running.add(child);
    let [output, complaints] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text));
    const ended = new Promise<number | NodeJS.Signals | null>((settle) => {
      child.once('close', (code, signal) => {
        this.running.delete(child);
        settle(code ?? signal);
      });
    });
    return {
      ended,
      output: () => output,
      complaints: () => complaints,
      kill: async () => {
        child.kill('SIGKILL');
        await ended;
      },
    };
  }

  /** To the end that `--until-caught-up` means. */
  async run(args: readonly string[] = [], more: Readonly<Record<string, string>> = {}) {
    const running = this.start(['--until-caught-up', ...args], more);
    const code = await running.ended;
    return { code, output: running.output(), complaints: running.complaints() };
  }

  stop(): void {
    for (const child of this.running) child.kill('SIGKILL');
  }

  rows<Row>(sql: string): Row[] {
    const store = new DatabaseSync(this.file, { readOnly: true, timeout: 5_000 });
    try {
      return store.prepare(sql).all() as Row[];
    } finally {
      store.close();
    }
  }

  contacts(): Map<string, CopiedContact> {
    const rows = this.rows<{ id: string; version: number; contact: string | null; reason: string | null }>(
      'select id, version, contact, reason from contacts order by id',
    );
    return new Map(
      rows.map(({ id, version, contact, reason }) => [
        id,
        { version, contact: contact === null ? null : (JSON.parse(contact) as unknown), reason },
      ]),
    );
  }
}

/** What a copy has to be: REST, without what it shows beside the contact, and without what is gone. */
export async function contactsOfRest(
  api: TestService['api'],
  headers: Record<string, string> = {},
): Promise<Map<string, CopiedContact>> {
  const contacts = new Map<string, CopiedContact>();
  for (let cursor = ''; ;) {
    const { body } = await api(
      'GET',
      `/api/contacts?limit=500&includeDeleted=true${cursor}`,
      undefined,
      headers,
    );
    for (const { version, deleted, deletedAt: _, deletedReason, syncedAt: __, ...contact } of body.items) {
      contacts.set(String(contact.id), {
        version: Number(version),
        contact: deleted === true ? null : contact,
        reason: deletedReason as string | null,
      });
    }
    if (body.nextCursor === null) return new Map([...contacts].sort(([a], [b]) => (a < b ? -1 : 1)));
    cursor = `&cursor=${encodeURIComponent(String(body.nextCursor))}`;
  }
}
