import { expect, it } from '@jest/globals';
import { waitFor } from './wait-for.js';

it('gives the value as soon as there is one', async () => {
  let asked = 0;
  expect(await waitFor(() => (++asked < 3 ? undefined : asked), { what: 'the third answer' })).toBe(3);
});

it('fails with what it waited for, and the last error as the cause', async () => {
  const never = waitFor(() => Promise.reject(new Error('still closed')), { what: 'the door', timeoutMs: 30 });
  await expect(never).rejects.toMatchObject({
    message: 'Waited 30 ms in vain for the door',
    cause: { message: 'still closed' },
  });
});
