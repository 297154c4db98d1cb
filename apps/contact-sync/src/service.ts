import { type AddressInfo } from 'node:net';

import { StandardSchemaValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type NestExpressApplication } from '@nestjs/platform-express';
import { Credentials, Sessions } from '#access';
import { type Configuration, ConfigurationError, isOpenToAnyone, readConfiguration } from '#platform';
import { type Logger } from 'pino';

import { AppModule } from './app.module.js';
import { AuditedRoutes } from './audit/audited-routes.js';
import { Refusals } from './audit/refusals.js';
import { continueLate, limitBody } from './http/body-limit.middleware.js';
import { AccountGuard } from './http/account.guard.js';
import { authenticate } from './http/authenticate.middleware.js';
import { localCallers } from './http/local-callers.middleware.js';
import { NestLogger } from './http/nest-logger.js';
import { identifyRequest } from './http/request-id.js';
import { healthOnly } from './http/health-only.middleware.js';
import { jsonBody } from './http/json-body.middleware.js';
import { serveApiDocument } from './http/api-document.js';
import { dashboard } from './http/dashboard/dashboard.middleware.js';
import { answerMalformedRequests, hostNamed } from './http/malformed-requests.js';
import { isOpen } from './http/open-paths.js';
import { isOpenPage, operatorPages } from './http/operator-pages.js';
import { ProblemFilter } from './http/problem.filter.js';
import { RateLimitGuard } from './http/rate-limits/rate-limit.guard.js';
import { limitWrongTokens } from './http/rate-limits/wrong-tokens.middleware.js';
import { securityHeaders, setHeaders } from './http/security-headers.js';
import { ScopeGuard } from './http/scope.guard.js';
import { workOfRequest } from './http/request-work.middleware.js';
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

  const headers = securityHeaders(configuration.PUBLIC_URL);
  answerMalformedRequests(app.getHttpServer(), headers);
  continueLate(app.getHttpServer());
  app.disable('x-powered-by');
  // A hash of each answer, which nobody may store; what is worth one has its own.
  app.disable('etag');
  app.set('trust proxy', configuration.TRUSTED_PROXIES);
  app.use(setHeaders(headers));
  app.use(identifyRequest);
  app.use(app.get(Refusals).watch);
  app.use(hostNamed);
  app.use(limitBody);
  app.use(workOfRequest);
  const isAnyoneAllowed = isOpenToAnyone(configuration);
  if (isAnyoneAllowed) app.use(localCallers(configuration.PUBLIC_URL));
  if (configuration.RATE_LIMIT !== null) app.use(limitWrongTokens());
  app.use(
    authenticate(app.get(Credentials), app.get(Sessions), {
      isAnyoneAllowed,
      isOpen: (request) => isOpen(request) || isOpenPage(configuration, request.path),
    }),
  );
  app.use(operatorPages(configuration));
  if (!configuration.ROLES.has('api')) app.use(healthOnly);
  if (configuration.DASHBOARD === 'on') app.use(dashboard(configuration, log));
  app.use(jsonBody);
  app.useGlobalPipes(new StandardSchemaValidationPipe());
  // Before anything is written of a call.
  if (configuration.RATE_LIMIT !== null) app.useGlobalGuards(new RateLimitGuard(configuration.RATE_LIMIT));
  const audited = new AuditedRoutes();
  const accounts = new AccountGuard((owner) => app.get(owner, { strict: false }));
  app.useGlobalGuards(audited, new ScopeGuard(), accounts);
  app.useGlobalInterceptors(audited);
  app.useGlobalFilters(new ProblemFilter(log));
  serveApiDocument(app);

  await app.listen(configuration.PORT, configuration.HOST).catch((error: unknown) => {
    throw listenProblem(error, configuration);
  });
  const { port, address, family } = app.getHttpServer().address() as AddressInfo;
  const url = `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
  log.info({ url, roles: [...configuration.ROLES] }, `contactstream listens on ${url}`);
  return { url, stop: () => app.close() };
}

/** @returns what names the variable, where the address is none of this machine's, or not allowed */
function listenProblem(error: unknown, { HOST, PORT }: Configuration): unknown {
  switch ((error as { code?: unknown }).code) {
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EINVAL':
      return new ConfigurationError(`HOST is "${HOST}", but must be a name or an address of this machine`);
    case 'EACCES':
      return new ConfigurationError(
        `PORT is "${PORT}", but must be one that this user may listen on; most may from 1024 on`,
      );
    default:
      return error;
  }
}
