/** Leaves out the caller's environment: PGDATA, PGPORT or a missing locale would change what runs. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
}
