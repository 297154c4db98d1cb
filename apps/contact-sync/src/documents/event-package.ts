import { readFileSync } from 'node:fs';

import { asyncApiDocument, eventJsonSchemas, topicNames } from '#contact-events';
import openapiTS, { astToString, type SchemaObject } from 'openapi-typescript';

import { VERSION } from '../version.js';

const FOLDER = 'libs/contact-events/schemas';

/** Each schema, and the name of its type. */
const SCHEMAS = Object.entries(eventJsonSchemas).flatMap(([name, versions]) =>
  Object.entries(versions).map(([version, schema]) => ({
    file: `${name}/${version}.json`,
    type: `${name.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase())}V${version}`,
    schema,
  })),
);

/** The files of @contactstream/events: what the service serves of its messages, and the same for programs in TypeScript. */
export const eventPackageFiles: readonly {
  readonly file: string;
  readonly made: (page: string) => string | Promise<string>;
}[] = [
  ...SCHEMAS.map(({ file, schema }) => ({ file: `${FOLDER}/${file}`, made: () => json(schema) })),
  {
    file: `${FOLDER}/asyncapi.json`,
    // As a service without a prefix and without Kafka has it.
    made: () => json(asyncApiDocument({ version: VERSION, topics: topicNames(''), partitions: 12 })),
  },
  { file: `${FOLDER}/index.js`, made: program },
  { file: `${FOLDER}/index.d.ts`, made: types },
  {
    file: `${FOLDER}/package.json`,
    made: (page) => json({ ...(JSON.parse(page) as object), version: VERSION }),
  },
  { file: `${FOLDER}/LICENSE`, made: () => readFileSync('LICENSE', 'utf8') },
];

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

const MADE = '// Made by npm run docs:schemas.';

function program(): string {
  const imports = SCHEMAS.map(
    ({ file, type }) => `import ${type} from './${file}' with { type: 'json' };`,
  ).join('\n');
  const members = SCHEMAS.map(({ file, type }) => `  '${file}': ${type},`).join('\n');
  return String.raw`${MADE}
${imports}

const SCHEMAS = {
${members}
};

export function schemaFor(dataschema) {
  const [, file] = /\/api\/schemas\/([^/]+\/[^/]+)$/.exec(dataschema) ?? [];
  return Object.hasOwn(SCHEMAS, file) ? SCHEMAS[file] : undefined;
}
`;
}

const SCHEMA_FOR = `
/**
 * The JSON Schema (draft 2020-12) of a message's data.
 *
 * @param dataschema the message's header \`ce_dataschema\`
 * @returns undefined: of a version that this package does not know; stop there
 */
export declare function schemaFor(dataschema: string): { readonly $id: string } | undefined;
export {};
`;

/** What JSON Schema says of members in relation to each other has no counterpart in a type. */
async function types(): Promise<string> {
  const schemas = Object.fromEntries(
    SCHEMAS.map(({ type, schema }) => {
      const { allOf: _, ...members } = schema as SchemaObject;
      return [type, members] as const;
    }),
  );
  const nodes = await openapiTS(
    { openapi: '3.1.0', info: { title: '', version: '' }, paths: {}, components: { schemas } },
    // Members with a default are missing in messages of before.
    { rootTypes: true, rootTypesNoSchemaPrefix: true, defaultNonNullable: false },
  );
  const wanted = new Set(['components', ...Object.keys(schemas)]);
  const declared = nodes.filter((node) => 'name' in node && wanted.has((node.name as { text: string }).text));
  return `${MADE}\n${astToString(declared).replace('export interface components', 'interface components')}${SCHEMA_FOR}`;
}
