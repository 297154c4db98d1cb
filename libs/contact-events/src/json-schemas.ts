import { z } from 'zod';

import { accountEventSchemas } from './account-event-schema.js';
import { schemaName } from './cloud-event.js';
import { contactDeletedSchema, contactUpdatedSchema } from './contact-event-schema.js';

/**
 * The JSON Schemas (draft 2020-12) of the events' data, by name and version, as they lie in `schemas/` and are
 * served under `/api/schemas/{name}/{version}.json`. They leave room for members that a later version adds.
 */
export const eventJsonSchemas: Readonly<Record<string, Readonly<Record<string, object>>>> =
  Object.fromEntries(
    Object.entries({
      ContactUpdated: contactUpdatedSchema,
      ContactDeleted: contactDeletedSchema,
      ...accountEventSchemas,
    }).map(([type, schema]) => [schemaName(type), { '1': jsonSchema(schemaName(type), 1, schema) }]),
  );

function jsonSchema(name: string, version: number, schema: z.ZodType): object {
  const { $schema, ...rest } = z.toJSONSchema(schema, {
    target: 'draft-2020-12',
    io: 'input',
    override: ({ jsonSchema: part }) => {
      byPattern(part);
      // In some languages \d has the digits of other scripts, too.
      if (part.pattern !== undefined) part.pattern = part.pattern.replaceAll('\\d', '[0-9]');
      if (part.open === true) {
        delete part.enum;
        delete part.open;
        part.pattern = '^[a-z][A-Za-z0-9]*$';
      }
    },
  });
  return { $schema, $id: `urn:contactstream:schema:${name}:${version}`, ...rest };
}

/** Few validators check formats, and strict ones refuse those that they do not know: a pattern says what a text has to be. */
export function byPattern(part: { format?: unknown }): void {
  delete part.format;
}
