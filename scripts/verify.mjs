import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { runJest } from './jest.mjs';
import { prepare } from './prepare.mjs';
import { Problem } from './problem.mjs';
import { wasStopped } from './programs.mjs';
import { inProject } from './project.mjs';
import { withoutSecrets } from './without-secrets.mjs';

/** What can be generated, and how many by default. */
const KINDS = { histories: 20_000, 'page-sequences': 10_000, requests: 5_000, messages: 5_000 };

/** Over how many files each kind is spread, one a process. */
const inParts = (kind) => [1, 2, 3].map((part) => `test/engine/${kind}-${part}.int.spec.ts`);
const FILES = {
  histories: inParts('histories'),
  'page-sequences': inParts('page-sequences'),
  requests: ['test/requests/generated-requests.e2e.spec.ts'],
  messages: ['test/event-schemas/mutated-messages.unit.spec.ts'],
};

/**
 * `npm run verify`: the suites' generated cases, in any number. `-- --histories 100000`,
 * `-- --page-sequences 10000`, `-- --requests 5000`, `-- --messages 5000`, each with `--seed 7`; a failure says how to play it again.
 */
export async function verify(args) {
  const { values } = parseArgs({
    args,
    options: {
      histories: { type: 'string' },
      'page-sequences': { type: 'string' },
      requests: { type: 'string' },
      messages: { type: 'string' },
      seed: { type: 'string' },
      path: { type: 'string' },
    },
  });
  const asked = Object.keys(KINDS).filter((kind) => values[kind] !== undefined);
  const counts = Object.fromEntries(
    (asked.length > 0 ? asked : Object.keys(KINDS)).map((kind) => [kind, values[kind] ?? KINDS[kind]]),
  );
  for (const [option, value] of Object.entries({ ...counts, seed: values.seed ?? 0 })) {
    if (!Number.isSafeInteger(Number(value)) || value === '')
      throw new Problem(`--${option} ${value} is not a number.`);
  }
  const seed = values.seed ?? randomInt(2 ** 31 - 1);
  await prepare();
  for (const [kind, count] of Object.entries(counts)) {
    const code = await generate(kind, count, seed, values.path);
    if (code !== 0 || wasStopped()) return code;
  }
  return 0;
}

function generate(kind, count, seed, path) {
  // A path is good only for one seed, and so for one part.
  const files = FILES[kind].slice(0, path === undefined ? undefined : 1);
  return runJest(
    [
      `--maxWorkers=${files.length}`,
      '--selectProjects',
      'unit',
      'integration',
      '--reporters',
      'default',
      '--runTestsByPath',
      ...files.map((file) => inProject(file)),
    ],
    {
      ...withoutSecrets(),
      VERIFY_COUNT: String(count),
      VERIFY_SEED: String(seed),
      ...(path === undefined ? {} : { VERIFY_PATH: path }),
    },
  );
}
