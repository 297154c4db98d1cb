import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { isInstalled } from '#scripts/installation.mjs';

import { findFreePort } from '../../apps/local/src/free-port.js';
import { type Block } from './command-blocks.js';
import { asItIsHere, isShown, type Names } from './shown-output.js';
import { waitFor } from './wait-for.js';

/** What a clone has and we do not want in it: what is installed is linked, data and settings are the developer's own. */
const NOT_COPIED = new Set(['node_modules', '.git', '.data', '.env'].map((name) => resolve(name)));

/** A shell that is stopped by what fails, and tells the next one its variables. */
const SHELL = ['-euo', 'pipefail', '-a', '-c'] as const;
const ENDED_BY_CTRL_C = [0, 130, 'SIGINT'];

const COMMAND_MS = 120_000;
const STOP_MS = 30_000;
const SHOWN_MS = 60_000;

interface Running {
  readonly process: ChildProcess;
  readonly output: () => string;
  readonly ended: Promise<number | string>;
}

/** Somebody who does what a document says, from its first block to its last, in a fresh clone on ports of its own. */
export class DocumentSession {
  private readonly terminals = new Map<string, Running>();
  private printed = '';
  private shownBy = '';

  private constructor(
    private readonly folder: string,
    private readonly variables: Readonly<Record<string, string>>,
    private readonly names: Names,
  ) {}

  /**
   * @param variables of the environment, beside those that keep it apart from the developer's own services
   * @param names of what is elsewhere than the document says
   */
  static async begin(
    variables: Readonly<Record<string, string>> = {},
    names: Names = new Map(),
  ): Promise<DocumentSession> {
    // The clone's start would install anew, and pull the packages away from under this test: they are the same ones.
    if (!isInstalled())
      throw new Error('The packages are not those of package-lock.json. First: npm ci, or npm start');
    const folder = mkdtempSync(join(tmpdir(), 'contactstream-document-'));
    // Run by root, PostgreSQL is another user and has to pass through.
    chmodSync(folder, 0o755);
    cpSync('.', folder, { recursive: true, filter: (path) => !NOT_COPIED.has(resolve(path)) });
    symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
    // An answer that is an error fails the command, and each has a line of its own.
    writeFileSync(join(folder, '.curlrc'), 'silent\nshow-error\nfail-with-body\nwrite-out = "\\n"\n');
    writeFileSync(join(folder, '.variables'), '');
    const port = variables.PORT ?? String(await findFreePort());
    const kafkaPort = String(await findFreePort());
    names.set('127.0.0.1:3000', `127.0.0.1:${port}`).set('127.0.0.1:9092', `127.0.0.1:${kafkaPort}`);
    const own = {
      PORT: port,
      KAFKA_PORT: kafkaPort,
      CONTACTSTREAM_URL: `http://127.0.0.1:${port}`,
      CURL_HOME: folder,
      NO_COLOR: '1',
    };
    return new DocumentSession(folder, { ...variables, ...own }, names);
  }

  /** Types a command, compares what is shown, or saves a file. */
  async follow(block: Block): Promise<void> {
    if (block.stops !== undefined) await this.interrupt(block.stops);
    if (block.kind === 'file') {
      writeFileSync(join(this.folder, block.name ?? ''), asItIsHere(block.text, this.names));
    } else if (block.kind === 'output') {
      await this.compare(block);
    } else if (block.terminal === undefined) {
      await this.run(block);
    } else {
      await this.runOn(block, block.terminal);
    }
  }

  async end(): Promise<void> {
    // What was started last uses what was started first.
    const troubles: unknown[] = [];
    for (const terminal of [...this.terminals.keys()].reverse()) {
      await this.interrupt(terminal).catch((trouble: unknown) => troubles.push(trouble));
    }
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
    if (troubles.length > 0) throw troubles[0];
  }

  private async run(block: Block): Promise<void> {
    this.shownBy = '';
    const running = this.start(
      `. ./.variables\n${block.text}\nexport -p | sed '/^declare -[a-z]*r/d' > .variables`,
    );
    const code = await endOf(running, COMMAND_MS);
    this.printed = running.output();
    if (code !== 0) throw new Error(`${block.at}: exit code ${code}\n${block.text}\n${this.printed}`);
  }

  /** Until the same terminal is used again, which takes a Ctrl-C. */
  private async runOn({ at, text, until }: Block, terminal: string): Promise<void> {
    await this.interrupt(terminal);
    this.shownBy = terminal;
    const running = this.start(`. ./.variables\n${text}`);
    this.terminals.set(terminal, running);
    if (until === undefined) return;
    let end: number | string | undefined;
    void running.ended.then((code) => (end = code));
    const isReady = await waitFor(() => running.output().includes(until) || end !== undefined, {
      what: until,
      timeoutMs: COMMAND_MS,
    }).catch(() => false);
    if (end !== undefined) throw new Error(`${at}: ended with ${end}\n${running.output()}`);
    if (!isReady) throw new Error(`${at}: does not say "${until}"\n${running.output()}`);
    await this.keepStill(running.output());
  }

  private async compare({ at, text, isJson, terminal = this.shownBy }: Block): Promise<void> {
    const printed = () => (terminal === '' ? this.printed : (this.terminals.get(terminal)?.output() ?? ''));
    const show = () => isShown(text, isJson, printed(), this.names);
    // What a terminal shows may take a moment.
    const shown =
      terminal === '' ? show() : await waitFor(show, { what: at, timeoutMs: SHOWN_MS }).catch(() => false);
    if (!shown) throw new Error(`${at}: instead of\n${text}\nthere is\n${printed()}`);
  }

  private async interrupt(terminal: string): Promise<void> {
    const running = this.terminals.get(terminal);
    if (running?.process.pid === undefined) return;
    this.terminals.delete(terminal);
    if (running.process.exitCode === null) process.kill(-running.process.pid, 'SIGINT');
    const code = await endOf(running, STOP_MS);
    if (!ENDED_BY_CTRL_C.includes(code))
      throw new Error(`Terminal ${terminal} ended with ${code}\n${running.output()}`);
  }

  /** The simulated Google changes a person now and then: a document that is read slower says so, ours does not wait. */
  private async keepStill(output: string): Promise<void> {
    const [, google] = /simulated at (\S+)/.exec(output) ?? [];
    if (google !== undefined) await fetch(`${google}/control/churn`, { method: 'DELETE' });
  }

  private start(script: string): Running {
    const { PATH, HOME } = process.env;
    const child = spawn('bash', [...SHELL, asItIsHere(script, this.names)], {
      cwd: this.folder,
      env: { PATH, HOME, ...this.variables },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own, as a terminal gives one, which its Ctrl-C goes to.
      detached: true,
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    const ended = new Promise<number | string>((settle) => {
      child.once('close', (code, signal) => {
        settle(code ?? signal ?? -1);
      });
    });
    return { process: child, output: () => output, ended };
  }
}

/** What does not end by itself is killed, with all that it started in its terminal. */
async function endOf({ process: { pid = 0 }, ended }: Running, limitMs: number): Promise<number | string> {
  const limit = setTimeout(() => process.kill(-pid, 'SIGKILL'), limitMs);
  const code = await ended;
  clearTimeout(limit);
  return code;
}
