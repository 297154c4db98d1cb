import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { BadRequestException, Controller, Get, type INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { CodedError } from '#platform';
import { pino } from 'pino';

import { ProblemFilter } from './problem.filter.js';
import { identifyRequest } from './request-id.js';

const RUN = '7a5c0c8e-3d7b-4c53-8d1c-1d2b6a7e9f00';

let thrown: unknown;

@Controller('thrower')
class Thrower {
  @Get()
  throws(): never {
    throw thrown;
  }
}

describe('An error becomes an answer by its code alone', () => {
  const logged: string[] = [];
  let app: INestApplication;
  let url: string;
  beforeAll(async () => {
    const log = pino({ level: 'info' }, { write: (line: string) => logged.push(line) });
    const testing = await Test.createTestingModule({ controllers: [Thrower] }).compile();
    app = testing.createNestApplication({ logger: false });
    app.use(identifyRequest);
    app.useGlobalFilters(new ProblemFilter(log));
    await app.listen(0, '127.0.0.1');
    url = await app.getUrl();
  });
  afterAll(() => app.close());
  beforeEach(() => {
    logged.length = 0;
  });

  async function answerTo(error: unknown): Promise<{ status: number; headers: Headers; body: unknown }> {
    thrown = error;
    const answer = await fetch(`${url}/thrower?q=secret`);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    return { status: answer.status, headers: answer.headers, body: await answer.json() };
  }

  it('with the facts that programs need, and where to look', async () => {
    const { status, headers, body } = await answerTo(
      new CodedError('sync-in-progress', 'A sync is going on.', { runId: RUN }),
    );
    expect(status).toBe(409);
    expect(headers.get('location')).toBe(`/api/sync/runs/${RUN}`);
    expect(body).toEqual({
      type: '/api/problems/sync-in-progress',
      title: 'Sync in progress',
      status: 409,
      detail: 'A sync is going on.',
      code: 'sync-in-progress',
      instance: '/thrower',
      runId: RUN,
    });
    expect(logged).toEqual([]);
  });

  it('without a place to look where there is no run', async () => {
    const { headers } = await answerTo(new CodedError('sync-in-progress', 'Other work is going on.'));
    expect(headers.get('location')).toBeNull();
  });

  it('with how long to wait, in a header only', async () => {
    const told = await answerTo(new CodedError('google-rate-limited', 'Wait.', { retryAfterSeconds: 7 }));
    expect([told.status, told.headers.get('retry-after')]).toEqual([503, '7']);
    expect(told.body).not.toHaveProperty('retryAfterSeconds');
    const untold = await answerTo(new CodedError('google-rate-limited', 'Wait.'));
    expect(untold.headers.get('retry-after')).toBe('60');
  });

  it.each([
    ['53300', 'sorry, too many clients already', /takes no more connections/],
    [undefined, 'timeout exceeded when trying to connect', /All connections of this process/],
    [undefined, 'Query read timeout', /did not answer in time/],
    ['ECONNREFUSED', 'connect ECONNREFUSED', /cannot be reached/],
  ])('and says why PostgreSQL does not answer: %s %s', async (code, message, why) => {
    const { status, body } = await answerTo(Object.assign(new Error(message), { code }));
    expect(status).toBe(503);
    expect(body).toMatchObject({ code: 'database-unavailable', detail: expect.stringMatching(why) });
  });

  it("and so do Nest's own", async () => {
    const { body } = await answerTo(new BadRequestException(['a is wrong', 'b too']));
    expect(body).toMatchObject({ status: 400, code: 'invalid-request', detail: 'a is wrong; b too' });
  });

  it.each([
    ['a code that the table lacks', new CodedError('never-heard-of', 'Secret')],
    ['a defect', new TypeError('Secret')],
    ['what is no error', 'Secret'],
  ])('unless it is %s: that is logged, and not told', async (_, error) => {
    const { status, body } = await answerTo(error);
    expect(status).toBe(500);
    expect(body).toMatchObject({ code: 'internal-error' });
    expect(JSON.stringify(body)).not.toContain('Secret');
    expect(logged).toHaveLength(1);
  });
});
