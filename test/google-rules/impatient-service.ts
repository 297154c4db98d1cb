import { type AddressInfo } from 'node:net';

import { StandardSchemaValidationPipe } from '@nestjs/common';
import { type NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import { Credentials, Sessions } from '#access';
import { GooglePeopleSources, NO_QUOTA, type RetryLimits } from '#google-people';
import { type Configuration, readConfiguration } from '#platform';
import { type Logger } from 'pino';

import { AppModule } from '../../apps/contact-sync/src/app.module.js';
import { googleClientSettings } from '../../apps/contact-sync/src/accounts/google-settings.js';
import { AuditedRoutes } from '../../apps/contact-sync/src/audit/audited-routes.js';
import { Refusals } from '../../apps/contact-sync/src/audit/refusals.js';
import { jsonBody } from '../../apps/contact-sync/src/http/json-body.middleware.js';
import { authenticate } from '../../apps/contact-sync/src/http/authenticate.middleware.js';
import { ProblemFilter } from '../../apps/contact-sync/src/http/problem.filter.js';
import { identifyRequest } from '../../apps/contact-sync/src/http/request-id.js';
import { ScopeGuard } from '../../apps/contact-sync/src/http/scope.guard.js';
import { CONFIGURATION, LOGGER } from '../../apps/contact-sync/src/injection-tokens.js';
import { callsTo } from '../support/call.js';
import { createMigratedDatabase } from '../support/migrated-database.js';
import { startGoogle, type TestGoogle, type TestService } from '../support/service.js';
import { serviceEnvironment } from '../support/service-environment.js';

/** What takes minutes with Google's real limits takes milliseconds with these. */
export const IMPATIENT: RetryLimits = { attempts: 3, firstDelayMs: 5, longestDelayMs: 2_000, budget: 8 };
/** Long enough that only a request that is meant to run out of time does, on a busy machine as well. */
const REQUEST_TIMEOUT_MS = 2_000;

/**
 * A service that differs from the real one only in how long it waits for Google and between its retries.
 *
 * @param change of its environment, where Google is elsewhere for one
 */
export async function startImpatientService(
  change: (environment: Record<string, string>, google: TestGoogle) => Record<string, string> = (same) =>
    same,
): Promise<TestService> {
  const [database, google] = await Promise.all([createMigratedDatabase(), startGoogle()]);
  const environment = change(serviceEnvironment(database, google), google);
  const testing = await Test.createTestingModule({ imports: [AppModule.for(readConfiguration(environment))] })
    .overrideProvider(GooglePeopleSources)
    .useFactory({
      inject: [CONFIGURATION],
      factory: (configuration: Configuration) =>
        new GooglePeopleSources(
          googleClientSettings(configuration),
          configuration.SYNC_PAGE_SIZE,
          NO_QUOTA,
          IMPATIENT,
          REQUEST_TIMEOUT_MS,
        ),
    })
    .compile();
  const app = testing.createNestApplication<NestExpressApplication>({
    bodyParser: false,
    forceCloseConnections: true,
  });
  app.use(identifyRequest);
  app.use(app.get(Refusals).watch);
  app.use(
    authenticate(app.get(Credentials), app.get(Sessions), { isAnyoneAllowed: true, isOpen: () => false }),
  );
  app.use(jsonBody);
  app.useGlobalPipes(new StandardSchemaValidationPipe());
  const audited = new AuditedRoutes();
  app.useGlobalGuards(audited, new ScopeGuard());
  app.useGlobalInterceptors(audited);
  app.useGlobalFilters(new ProblemFilter(app.get<Logger>(LOGGER)));
  await app.listen(0, '127.0.0.1');
  const url = `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`;
  return {
    api: callsTo(url),
    url,
    google,
    database,
    stop: async () => {
      await app.close();
      await Promise.all([database.drop(), google.stop()]);
    },
  };
}
