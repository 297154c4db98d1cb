import { readFileSync } from 'node:fs';
import { inProject } from './project.mjs';

/** A proxy's is not among them: npm and others have a use for it. */
const SECRET = /^DATABASE_|(?:KEY|SECRET|TOKENS?|PASSWORD|HEADERS)$/;

/**
 * The environment for programs that are not the service: compilers, linters, tests, and above all npm, which runs
 * scripts of other people's packages. .env.example names the service's variables.
 */
export function withoutSecrets(environment = process.env) {
  const variables = readFileSync(inProject('.env.example'), 'utf8').matchAll(/^#(\w+)=/gm);
  const secrets = [...variables].map(([, name]) => name).filter((name) => SECRET.test(name));
  const hidden = new Set(secrets.flatMap((name) => [name, `${name}_FILE`]));
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !hidden.has(name)));
}
