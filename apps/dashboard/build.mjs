import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

import { build } from 'vite';

/*
 * Builds the page into dist/apps/dashboard. Its types are made of the service's OpenAPI document
 * (apps/contact-sync/describe-api.mjs): an answer that changed in a way that the page does not expect fails here.
 */
const project = resolve(import.meta.dirname, '../..');
const assets = join(project, 'dist/apps/dashboard/assets');

checkTypes();
await build({ root: import.meta.dirname, logLevel: 'warn' });
compress();

function checkTypes() {
  run([join(project, 'node_modules/typescript-7/bin/tsc'), '--project', import.meta.dirname]);
}

/** Once, as far as it goes, and not at each request. */
function compress() {
  for (const name of readdirSync(assets)) {
    const file = join(assets, name);
    const body = readFileSync(file);
    const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: body.length };
    writeFileSync(`${file}.br`, brotliCompressSync(body, { params }));
    writeFileSync(`${file}.gz`, gzipSync(body, { level: 9 }));
  }
}

function run(args) {
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
