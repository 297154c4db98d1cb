import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { lockHolder, takeLock } from '#scripts/lock.mjs';
import { processIdentity } from '#scripts/process-identity.mjs';

/** Takes the lock, tells whether it got it, and keeps it until its input ends. */
const CONTENDER = `
  const { takeLock } = await import(${JSON.stringify(resolve('scripts/lock.mjs'))});
  const { lock, heldBy } = takeLock(process.argv[1]);
  process.stdout.write(lock ? 'got it' : 'held by ' + heldBy.pid);
  process.stdin.resume();
`;

describe('a lock', () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'contactstream-lock-'));
    file = join(folder, 'lock');
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const contend = (): { answer: Promise<string>; end(): Promise<void>; pid: number | undefined } => {
    const child = spawn(process.execPath, ['--input-type=module', '--eval', CONTENDER, file]);
    const closed = new Promise<void>((settle) => child.once('close', settle));
    return {
      pid: child.pid,
      answer: new Promise((settle) =>
        child.stdout.once('data', (text: Buffer) => {
          settle(String(text));
        }),
      ),
      end: async () => {
        child.stdin.end();
        await closed;
      },
    };
  };

  it('goes to exactly one of many who find that its holder is dead', async () => {
    writeFileSync(file, JSON.stringify({ pid: 4_000_000, identity: 'long gone' }));
    const contenders = Array.from({ length: 8 }, contend);
    const answers = await Promise.all(contenders.map(({ answer }) => answer));

    const winner = contenders[answers.indexOf('got it')];
    expect(answers.filter((answer) => answer === 'got it')).toHaveLength(1);
    expect(answers.filter((answer) => answer === `held by ${winner?.pid ?? 0}`)).toHaveLength(7);

    await Promise.all(contenders.map((contender) => contender.end()));
    expect(existsSync(file)).toBe(false);
  });

  it('is not held by a process that merely has the same id', () => {
    writeFileSync(file, JSON.stringify({ pid: process.pid, identity: 'an earlier boot', url: 'http://old' }));
    const { lock, leftBy } = takeLock(file);
    expect(lock).toBeDefined();
    expect(leftBy).toMatchObject({ url: 'http://old' });
    lock?.release();
  });

  it('tells the second what the first wants known', () => {
    const { lock } = takeLock(file, { who: 'the first' });
    lock?.tell({ url: 'http://127.0.0.1:3000' });
    expect(takeLock(file).heldBy).toEqual({
      who: 'the first',
      url: 'http://127.0.0.1:3000',
      pid: process.pid,
      identity: processIdentity(process.pid),
    });
    lock?.release();
    expect(lockHolder(file)).toBeUndefined();
  });

  it('survives a power cut that emptied its file', () => {
    writeFileSync(file, '');
    const { lock } = takeLock(file);
    expect(lock).toBeDefined();
    lock?.release();
  });
});
