import { describe, expect, it } from '@jest/globals';
import { ROLES } from '#platform';

import { startTestService, type TestService } from '../support/service.js';
import { sql } from '../support/sql.js';
import { waitFor } from '../support/wait-for.js';

/** On the server's own database: nobody can shut the one that they are connected to. */
const onServer = ({ database }: TestService, statement: string) => {
  const url = new URL(database.url);
  url.pathname = '/postgres';
  return sql({ url: url.toString() }, statement);
};

const during = async (
  variables: Record<string, string>,
  work: (service: TestService) => Promise<void>,
): Promise<void> => {
  const service = await startTestService(variables);
  try {
    await work(service);
  } finally {
    await service.stop();
  }
};

const isNot = (service: TestService, status: number) =>
  waitFor(
    async () => {
      const answer = await service.api('GET', '/health/ready');
      return answer.status === status ? undefined : answer;
    },
    { what: `an answer that is not ${status}`, timeoutMs: 30_000 },
  );

describe('A process is ready', () => {
  it.each(['api,scheduler,relay,projector', ...ROLES])(
    'as long as its database answers, and alive without it, in the roles %s',
    async (roles) => {
      await during({ ROLES: roles, GOOGLE_REFRESH_TOKEN: '' }, async (service) => {
        const { name } = service.database;
        expect(await service.api('GET', '/health/ready')).toMatchObject({
          status: 200,
          body: { status: 'ok' },
        });
        await onServer(service, `alter database ${name} allow_connections false`);
        await onServer(
          service,
          `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`,
        );
        const refused = await isNot(service, 200);
        expect(refused).toMatchObject({ status: 503, body: { code: 'not-ready' } });
        expect(refused.headers.get('content-type')).toMatch('application/problem+json');
        expect((await service.api('GET', '/health/live')).status).toBe(200);
        await onServer(service, `alter database ${name} allow_connections true`);
        expect(await isNot(service, 503)).toMatchObject({ status: 200 });
      });
    },
  );

  it.each(['relay', 'projector'])('without Kafka not in the role %s alone', async (role) => {
    await during({ ROLES: role, KAFKA_BROKERS: '127.0.0.1:1', GOOGLE_REFRESH_TOKEN: '' }, async (service) => {
      expect(await isNot(service, 200)).toMatchObject({ status: 503, body: { code: 'not-ready' } });
    });
  });

  it('without Kafka where it has more to do', async () => {
    await during({ KAFKA_BROKERS: '127.0.0.1:1' }, async (service) => {
      const metric = 'contactstream_outage{work="publishing to Kafka"} 1';
      await waitFor(async () => (await (await fetch(`${service.url}/metrics`)).text()).includes(metric), {
        what: 'the relay to fail',
        timeoutMs: 30_000,
      });
      expect((await service.api('GET', '/health/ready')).status).toBe(200);
    });
  });
});
