import { readdir } from 'node:fs/promises';

/**
 * Each spec of this folder shows one rule of Google's, and what the service makes of it. All run here, against one
 * service: to start one for each takes longer than the specs do. One alone:
 *
 * `npm run jest -- --selectProjects integration --testMatch '<rootDir>/test/google-rules/expired-sync-token.spec.ts'`
 */
const specs = (await readdir(import.meta.dirname)).filter(
  (name) => name.endsWith('.spec.ts') && !name.endsWith('.e2e.spec.ts'),
);
for (const name of specs.sort()) await import(`./${name}`);
