// Made from the service's OpenAPI document by the build.
import type { paths } from '../../../../dist/openapi/contactstream.js';

export type { paths };

type Json<Operation> = Operation extends {
  responses: { 200: { content: { 'application/json': infer Answer } } };
}
  ? Answer
  : never;

/** What `GET` of a path answers. */
export type Got<Path extends keyof paths> = Json<paths[Path]['get']>;

/** An item of the list that `GET` of a path answers. */
export type Item<Path extends keyof paths> = Got<Path> extends { items: (infer One)[] } ? One : never;

/** A message of the stream that `GET` of a path answers. */
export type Streamed<Path extends keyof paths> = paths[Path]['get'] extends {
  responses: { 200: { content: { 'text/event-stream': infer Message } } };
}
  ? Message
  : never;
