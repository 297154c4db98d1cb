import { spawn, spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

import { describeUnless } from '../support/kafka.js';
import { waitFor } from '../support/wait-for.js';

/** Runs a command on a terminal of so many columns, and hands on what is typed and what is shown. */
const PTY = `
import fcntl, os, pty, select, struct, sys, termios
pid, terminal = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack('HHHH', 24, int(sys.argv[1]), 0, 0))
    os.execv(sys.argv[2], sys.argv[2:])
typed = True
while True:
    ready, _, _ = select.select([terminal] + ([0] if typed else []), [], [])
    if 0 in ready:
        data = os.read(0, 4096)
        typed = len(data) > 0
        os.write(terminal, data)
    if terminal in ready:
        try:
            data = os.read(terminal, 4096)
        except OSError:
            break
        if not data:
            break
        os.write(1, data)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`;

const missing =
  spawnSync('python3', ['-c', 'import pty']).status === 0 ? null : 'there is no python3 with a pty';

/** `describe` for suites on a terminal. */
export const describeTerminal = describeUnless(missing);

/** What a terminal shows. */
export interface Terminal {
  shown(): string;
  shows(text: string): Promise<void>;
  type(text: string): void;
  /** The exit code. */
  readonly ended: Promise<number>;
}

export function onTerminal(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  columns = 80,
): Terminal {
  const { PATH, HOME } = process.env;
  const command = [process.execPath, resolve('dist/apps/cli/contactstream.js'), ...args];
  const child = spawn('python3', ['-c', PTY, String(columns), ...command], {
    env: { PATH, HOME, TERM: 'xterm-256color', ...environment },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let shown = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
  });
  return {
    shown: () => shown,
    shows: async (text) => {
      await waitFor(() => shown.includes(text), { what: `"${text}" on the terminal of ${args.join(' ')}` });
    },
    type: (text) => {
      child.stdin.write(text);
    },
    ended: new Promise((settle) => {
      child.once('close', (code) => {
        settle(code ?? -1);
      });
    }),
  };
}
