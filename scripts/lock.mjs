import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Problem } from './problem.mjs';
import { processIdentity } from './process-identity.mjs';

/**
 * A lock is a file that names its holder: process id, the process's start (ids are used again) and whatever the
 * holder wants others to know. One whose holder has ended is free.
 *
 * It is made by a hard link to a complete file, so that nobody sees half of it and exactly one of several gets it.
 *
 * @param {string} file
 * @param {Record<string, unknown>} about told to whoever comes second
 */
export function takeLock(file, about = {}) {
  const draft = `${file}.${process.pid}-${randomBytes(4).toString('hex')}`;
  const me = { ...about, pid: process.pid, identity: processIdentity(process.pid) };
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(draft, JSON.stringify(me));
  } catch (error) {
    throw new Problem(`The folder ${dirname(file)} cannot be written: ${error.message}`);
  }
  let leftBy;
  try {
    while (!linked(draft, file)) {
      const holder = readHolder(file);
      if (holder === 'none') continue;
      if (isRunning(holder)) return { heldBy: holder };
      leftBy = holder;
      removeStale(file, draft);
    }
  } finally {
    rmSync(draft, { force: true });
  }
  return { lock: heldLock(file, me), leftBy };
}

/** @param {string} file */
export function lockHolder(file) {
  const holder = readHolder(file);
  return holder !== 'none' && isRunning(holder) ? holder : undefined;
}

function heldLock(file, me) {
  let told = me;
  const release = () => {
    process.off('exit', release);
    const holder = readHolder(file);
    if (holder !== 'none' && holder.pid === me.pid && holder.identity === me.identity)
      rmSync(file, { force: true });
  };
  process.on('exit', release);
  return {
    tell(more) {
      told = { ...told, ...more };
      const draft = `${file}.${process.pid}-tell`;
      writeFileSync(draft, JSON.stringify(told));
      renameSync(draft, file);
    },
    release,
  };
}

/** Under a second lock: of two that find a dead holder, the slower one must not remove the faster one's new lock. */
function removeStale(file, draft) {
  const guard = `${file}.takeover`;
  if (!linked(draft, guard)) {
    const other = readHolder(guard);
    if (other !== 'none' && !isRunning(other)) rmSync(guard, { force: true });
    else pause(5);
    return;
  }
  try {
    const holder = readHolder(file);
    if (holder !== 'none' && !isRunning(holder)) rmSync(file, { force: true });
  } finally {
    rmSync(guard, { force: true });
  }
}

function linked(draft, file) {
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** 'none' without a file; a file that a power cut emptied counts as one whose holder has ended. */
function readHolder(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    return error.code === 'ENOENT' ? 'none' : { pid: 0, identity: undefined };
  }
}

function isRunning({ pid, identity }) {
  return pid > 0 && identity !== undefined && processIdentity(pid) === identity;
}

function pause(milliseconds) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
