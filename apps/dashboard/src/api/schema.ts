// Made from the service's OpenAPI document by the build.
export type { Got, Item, paths, Streamed } from '../../../../dist/openapi/contactstream.js';
