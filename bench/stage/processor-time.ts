import { readdirSync, readFileSync } from 'node:fs';

/** Kernel ticks a second, as /proc counts them on every Linux there is. */
const TICKS = 100;

/** Fields of /proc/{pid}/stat behind the name: proc_pid_stat(5). */
const STAT = { parent: 1, user: 11, system: 12, childrenUser: 13, childrenSystem: 14 };

/** A file of what the kernel tells of a process; null where it tells nothing. */
export function procFile(pid: number, file: string): string | null {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return null;
  }
}

/** Processor time of a process since its start, in milliseconds; null where the system does not say. */
export function cpuMsOf(pid: number): number | null {
  const fields = stat(pid);
  return fields === null ? null : inMs(fields[STAT.user], fields[STAT.system]);
}

/** That of a process, its children, and those of its children that have ended. */
export function cpuMsOfFamily(pid: number): number | null {
  const fields = stat(pid);
  if (fields === null) return null;
  const own = inMs(
    fields[STAT.user],
    fields[STAT.system],
    fields[STAT.childrenUser],
    fields[STAT.childrenSystem],
  );
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && parentOf(Number(name)) === pid)
    .reduce((total, child) => total + (cpuMsOf(Number(child)) ?? 0), own);
}

export function parentOf(pid: number): number | null {
  return stat(pid)?.[STAT.parent] ?? null;
}

/** The fields behind the name, which stands in parentheses and may hold spaces. */
function stat(pid: number): number[] | null {
  const text = procFile(pid, 'stat');
  return text === null
    ? null
    : text
        .replace(/^.*\) /s, '')
        .split(' ')
        .map(Number);
}

function inMs(...ticks: readonly (number | undefined)[]): number {
  return (ticks.reduce<number>((total, count) => total + (count ?? 0), 0) / TICKS) * 1_000;
}
