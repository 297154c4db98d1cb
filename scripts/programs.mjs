import { spawn } from 'node:child_process';
import { projectRoot } from './project.mjs';
import { withoutSecrets } from './without-secrets.mjs';

/** The programs that run now; signals to us are passed on to them. */
const running = new Set();

/** How long further signals count as the same Ctrl-C: a terminal sends it to all of us, and npm passes it on again. */
const SAME_SIGNAL_MS = 1_000;

let stopped = false;
let lastSignalAt = -Infinity;

/** Whether somebody asked us to stop. */
export const wasStopped = () => stopped;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    const now = performance.now();
    if (now - lastSignalAt < SAME_SIGNAL_MS) return;
    lastSignalAt = now;
    passOn(signal === 'SIGINT' ? 'SIGINT' : 'SIGTERM');
  });
}

// npm waits for us, so when we change parents, it was killed and could not tell us.
if (process.env.npm_lifecycle_event) {
  const npm = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === npm) return;
    clearInterval(watch);
    passOn('SIGTERM');
  }, 500);
  watch.unref();
}

/** When a program that does not stop when told to is killed: npm, for one, goes on installing for a while. */
const IMPATIENT_AFTER_MS = 3_000;

function passOn(signal) {
  stopped = true;
  if (running.size === 0) process.exit(signal === 'SIGINT' ? 130 : 143);
  for (const entry of running) {
    send(entry, signal);
    if (entry.quiet) setTimeout(send, IMPATIENT_AFTER_MS, entry, 'SIGKILL').unref();
  }
}

function send({ child, wholeGroup }, signal) {
  try {
    process.kill(wholeGroup ? -child.pid : child.pid, signal);
  } catch {
    // It has just ended by itself.
  }
}

/**
 * Runs a program with this terminal's output until it ends. It gets a process group of its own, so that a terminal's
 * Ctrl-C reaches it once, through us, and it can stop its own children in order. It also gets a channel to us, whose
 * end tells it that we were killed.
 * @returns {Promise<number>} its exit code
 */
export function runInForeground(
  program,
  args,
  { env = withoutSecrets(), onMessage, wholeGroup = false } = {},
) {
  const child = spawn(program, args, {
    cwd: projectRoot,
    env,
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit', ...(onMessage ? ['ipc'] : [])],
  });
  if (onMessage) child.on('message', onMessage);
  return ended({ child, wholeGroup, quiet: false }).then(({ code }) => code);
}

/**
 * Runs a program to its end, and keeps what it prints to show when it matters.
 * @returns {Promise<{ code: number, output: string }>}
 */
export function runQuietly(program, args, { env = withoutSecrets() } = {}) {
  const child = spawn(program, args, {
    cwd: projectRoot,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
  }
  return ended({ child, wholeGroup: true, quiet: true }).then(({ code, error }) => ({
    code,
    output: error ? `${output}${error.message}\n` : output,
  }));
}

const SIGNAL_NUMBERS = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 };

function ended(entry) {
  const { child } = entry;
  return new Promise((resolve) => {
    if (child.pid !== undefined) running.add(entry);
    const finish = (result) => {
      running.delete(entry);
      resolve(result);
    };
    child.once('error', (error) => finish({ code: 127, error }));
    child.once('close', (code, signal) => finish({ code: code ?? 128 + (SIGNAL_NUMBERS[signal] ?? 1) }));
  });
}
