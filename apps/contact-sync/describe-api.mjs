import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import openapiTS, { astToString } from 'openapi-typescript';

/*
 * Writes the service's OpenAPI document and the types that its clients are checked against into dist/openapi, after the
 * service is compiled and before its clients are: the page and the command line.
 */
const project = resolve(import.meta.dirname, '../..');
const described = join(project, 'dist/openapi');

/** Names for what the clients ask the document for, so that each of them says it in the same words. */
const SHORTHANDS = `
type Json<Operation> = Operation extends {
  responses: { 200: { content: { 'application/json': infer Answer } } };
}
  ? Answer
  : never;
/** What \`GET\` of a path answers. */
export type Got<Path extends keyof paths> = Json<paths[Path]['get']>;
/** What \`POST\` of a path answers. */
export type Posted<Path extends keyof paths> = Json<paths[Path]['post']>;
/** An item of the list that \`GET\` of a path answers. */
export type Item<Path extends keyof paths> = Got<Path> extends { items: (infer One)[] } ? One : never;
/** A message of the stream that \`GET\` of a path answers. */
export type Streamed<Path extends keyof paths> = paths[Path]['get'] extends {
  responses: { 200: { content: { 'text/event-stream': infer Message } } };
}
  ? Message
  : never;
`;

mkdirSync(described, { recursive: true });
const document = join(described, 'contactstream.json');
const { status } = spawnSync(
  process.execPath,
  [join(project, 'dist/apps/contact-sync/src/http/write-api-document.js'), document],
  { stdio: 'inherit' },
);
if (status !== 0) process.exit(status ?? 1);
const types = await openapiTS(JSON.parse(readFileSync(document, 'utf8')));
writeFileSync(join(described, 'contactstream.d.ts'), `${astToString(types)}${SHORTHANDS}`);
