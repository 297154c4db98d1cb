// Made by npm run docs:schemas.
import ContactUpdatedV1 from './contact-updated/1.json' with { type: 'json' };
import ContactDeletedV1 from './contact-deleted/1.json' with { type: 'json' };

const SCHEMAS = {
  'contact-updated/1.json': ContactUpdatedV1,
  'contact-deleted/1.json': ContactDeletedV1,
};

export function schemaFor(dataschema) {
  const [, file] = /\/api\/schemas\/([^/]+\/[^/]+)$/.exec(dataschema) ?? [];
  return Object.hasOwn(SCHEMAS, file) ? SCHEMAS[file] : undefined;
}
