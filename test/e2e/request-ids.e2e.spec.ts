import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { startTestService, type TestService } from '../support/service.js';

describe('The id of a request', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService();
  });
  afterAll(() => service.stop());

  const idOfAnswerTo = async (headers: Record<string, string>, path = '/api/accounts') =>
    (await service.api('GET', path, undefined, headers)).headers.get('x-request-id');

  it("is the caller's own, also where the answer is an error", async () => {
    expect(await idOfAnswerTo({ 'x-request-id': 'ticket-4711:try.2' })).toBe('ticket-4711:try.2');
    expect(await idOfAnswerTo({ 'x-request-id': 'a/b' }, '/api/nowhere')).toBe('a/b');
  });

  it.each([
    ['left out', {}],
    ['empty', { 'x-request-id': '' }],
    ['too long', { 'x-request-id': 'a'.repeat(101) }],
    ['what a log line or a page might take for something else', { 'x-request-id': '<b>"x"</b>' }],
  ])('is made here where it is %s', async (_, headers) => {
    const [one, other] = [await idOfAnswerTo(headers), await idOfAnswerTo(headers)];

    expect(one).toMatch(/^[0-9a-f]{8}-[0-9a-f-]{27}$/);
    expect(other).not.toBe(one);
  });
});
