import { type AddressInfo } from 'node:net';

import { StandardSchemaValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type NestExpressApplication } from '@nestjs/platform-express';
import { readConfiguration } from '#platform';
import { type Logger } from 'pino';

import { AppModule } from './app.module.js';
import { apiTokens } from './http/api-tokens.middleware.js';
import { localCallers } from './http/local-callers.middleware.js';
import { NestLogger } from './http/nest-logger.js';
import { healthOnly } from './http/health-only.middleware.js';
import { jsonBody } from './http/json-body.middleware.js';
import { serveApiDocument } from './http/api-document.js';
import { ProblemFilter } from './http/problem.filter.js';
import { ScopeGuard } from './http/scope.guard.js';
import { LOGGER } from './injection-tokens.js';
import { loadDotenv } from './load-dotenv.js';

export interface RunningService {
  /** Where it listens, such as `http://127.0.0.1:3000`. */
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Starts the service in the roles that ROLES names.
 *
 * @param environment its variables; left out: the process's own, and `.env`
 * @throws ConfigurationError, or what keeps it from starting (port taken, database away)
 */
export async function startService(environment?: Readonly<Record<string, string>>): Promise<RunningService> {
  if (environment === undefined) loadDotenv();
  const configuration = readConfiguration(environment ?? process.env);
  const app = await NestFactory.create<NestExpressApplication>(AppModule.for(configuration), {
    abortOnError: false,
    // Until there is a log of our own, an error is told by whoever called.
    logger: false,
    forceCloseConnections: true,
    bodyParser: false,
  });
  const log = app.get<Logger>(LOGGER);
  app.useLogger(new NestLogger(log));
  app.enableShutdownHooks(['SIGTERM', 'SIGINT']);

  app.disable('x-powered-by');
  if (configuration.API_TOKENS.length === 0) app.use(localCallers(configuration.PUBLIC_URL));
  app.use(apiTokens(configuration.API_TOKENS));
  if (!configuration.ROLES.has('api')) app.use(healthOnly);
  app.use(jsonBody);
  app.useGlobalPipes(new StandardSchemaValidationPipe());
  app.useGlobalGuards(new ScopeGuard());
  app.useGlobalFilters(new ProblemFilter(log));
  serveApiDocument(app);

  await app.listen(configuration.PORT, configuration.HOST);
  const { port, address, family } = app.getHttpServer().address() as AddressInfo;
  const url = `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
  log.info({ url, roles: [...configuration.ROLES] }, `contactstream listens on ${url}`);
  return { url, stop: () => app.close() };
}
