import { afterAll, beforeAll, expect, it } from '@jest/globals';

import { startTestService, type TestService } from '../support/service.js';
import { sql } from '../support/sql.js';
import { waitFor } from '../support/wait-for.js';

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.stop());

/** On the server's own database: nobody can shut the one that they are connected to. */
const onServer = (statement: string) => {
  const url = new URL(service.database.url);
  url.pathname = '/postgres';
  return sql({ url: url.toString() }, statement);
};

it('A service is ready as long as its database answers, and alive without it', async () => {
  const ready = () => service.api('GET', '/health/ready');
  expect(await ready()).toMatchObject({ status: 200, body: { status: 'ok' } });

  await onServer(`alter database ${service.database.name} allow_connections false`);
  await onServer(
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${service.database.name}'`,
  );

  const refused = await waitFor(
    async () => {
      const answer = await ready();
      return answer.status === 200 ? undefined : answer;
    },
    { what: 'the service to notice' },
  );
  expect(refused).toMatchObject({ status: 503, body: { code: 'not-ready' } });
  expect(refused.headers.get('content-type')).toMatch('application/problem+json');
  expect((await service.api('GET', '/health/live')).status).toBe(200);

  await onServer(`alter database ${service.database.name} allow_connections true`);
  expect((await ready()).status).toBe(200);
});
