import { type ApiResponseSchemaHost } from '@nestjs/swagger';
import { z } from 'zod';

/** A zod schema as the OpenAPI document shows it. @param io of what is asked for, or of the answer */
export function openApiSchema(
  schema: z.ZodType,
  io: 'input' | 'output' = 'output',
): ApiResponseSchemaHost['schema'] {
  return z.toJSONSchema(schema, {
    target: 'openapi-3.0',
    io,
    unrepresentable: 'any',
    override: ({ jsonSchema }) => {
      if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
    },
  }) as ApiResponseSchemaHost['schema'];
}

/** A page of a list; `nextCursor` is null on the last one. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() });
}

/** Of answers that are JSON already. */
export const JSON_TEXT = 'application/json; charset=utf-8';

/** A page of items that are JSON already. @param next the member that leads to the next page */
export function jsonPage(items: readonly string[], next: Readonly<Record<string, string | null>>): string {
  return `{"items":[${items.join(',')}],${JSON.stringify(next).slice(1)}`;
}

/** The body of every error answer (RFC 9457). */
export const problemSchema = z.looseObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string().describe('What happened, to what, and what to do next'),
  code: z.string().describe('Stable: what programs decide by'),
  instance: z.string(),
});
