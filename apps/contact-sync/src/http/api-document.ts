import { type INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';

import { VERSION } from '../version.js';
import { openApiSchema, problemSchema } from './answers.js';
import { setHeaders } from './security-headers.js';

/**
 * Of the page over the document: its scripts are files, and it asks this service alone. Its styles are in the page and on
 * single elements, which Swagger UI makes anew with each of its versions, so that nobody could list them here.
 */
const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
  "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Serves the OpenAPI document at /api/openapi.json and a page over it at /api/docs. */
export function serveApiDocument(app: INestApplication): void {
  app.use('/api/docs', setHeaders({ 'Content-Security-Policy': PAGE_POLICY }));
  SwaggerModule.setup('api/docs', app, () => apiDocument(app), {
    jsonDocumentUrl: 'api/openapi.json',
    customSiteTitle: 'contactstream API',
    // It would show the document to swagger.io.
    swaggerOptions: { validatorUrl: null },
  });
}

export function apiDocument(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('contactstream')
    .setDescription(
      'Every change of Google contacts, once and in order: trigger syncs, read contacts, their history and the ' +
        'event log. Errors are RFC 9457 problem details (application/problem+json) with a stable `code`.',
    )
    .setVersion(VERSION)
    .addBearerAuth()
    .build();
  const document = SwaggerModule.createDocument(app, config);
  const problem = openApiSchema(problemSchema);
  document.components = {
    ...document.components,
    schemas: { ...document.components?.schemas, Problem: problem },
  };
  for (const path of Object.values(document.paths)) {
    for (const operation of Object.values(path) as { responses?: Record<string, object> }[]) {
      for (const [status, answer] of Object.entries(operation.responses ?? {})) {
        if (Number(status) < 400) continue;
        Object.assign(answer, {
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        });
      }
    }
  }
  return document;
}
