import { describe, expect, it } from '@jest/globals';

import { Canaries } from './canary.js';

describe('A canary that was planted on purpose', () => {
  const canaries = new Canaries();
  const secret = canaries.put('a name');
  canaries.put('another name');

  it.each([
    ['as it is', secret],
    ['in capitals', secret.toUpperCase()],
    ['in an address', `?q=${encodeURIComponent(`x ${secret}`)}`],
    ['in hexadecimal digits', Buffer.from(secret).toString('hex')],
    ...['', 'a', 'ab', 'abc'].map((before) => [
      `in base64 behind ${before.length} bytes`,
      Buffer.from(`${before}${secret} and more`).toString('base64'),
    ]),
  ])('is found %s', (_, text) => {
    expect(canaries.in(`{"level":"info","msg":"${text}"}`)).toEqual(['a name']);
  });

  it('is not found where it is not', () => {
    expect(canaries.in('{"level":"info"}')).toEqual([]);
    expect(canaries.missingIn(secret)).toEqual(['another name']);
  });
});
