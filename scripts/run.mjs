/**
 * The door behind `npm start`, `npm test`, `npm run kafka`, `npm run chaos`, `npm run bench`, `npm run verify`,
 * `npm run mutation`, `npm run nightly`, `npm run pictures`, `npm run sbom`, `npm run audit` and `npm run release`. It runs on whatever
 * Node.js is installed (20 or newer) before any package is there, so nothing in this folder may import one.
 */
import { audit } from './audit.mjs';
import { bench } from './bench.mjs';
import { chaos } from './chaos.mjs';
import { kafka } from './kafka.mjs';
import { mutation } from './mutation.mjs';
import { nightly } from './nightly.mjs';
import { pictures } from './pictures.mjs';
import { release } from './release.mjs';
import { sbom } from './sbom.mjs';
import { start } from './start.mjs';
import { test } from './test.mjs';
import { verify } from './verify.mjs';

const commands = {
  start,
  test,
  kafka,
  chaos,
  bench,
  verify,
  mutation,
  nightly,
  pictures,
  sbom,
  audit,
  release,
};

const [name, ...args] = process.argv.slice(2);
try {
  const command = commands[name];
  if (!command)
    throw Object.assign(new Error(`Unknown command "${name}": one of ${Object.keys(commands).join(', ')}.`), {
      exitCode: 2,
    });
  process.exit(await command(args));
} catch (error) {
  console.error(error.exitCode ? error.message : error);
  process.exit(error.exitCode ?? 1);
}
