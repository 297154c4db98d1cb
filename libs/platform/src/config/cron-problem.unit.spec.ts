import { describe, expect, it } from '@jest/globals';

import { cronProblem } from './cron-problem.js';

describe('A cron expression', () => {
  it.each(['0 */2 * * *', '* * * * *', '30 0 3 * * *', '@daily', '0 0 29 2 *', '0 0 31 1,4 *'])(
    'with a next date can be used: %s',
    (expression) => {
      expect(cronProblem(expression)).toBeNull();
    },
  );

  it.each(['0 0 30 2 *', '0 0 31 4,6,9,11 *', '0 0 30,31 2 *', '0 0 31 2-2 *'])(
    'without one cannot: %s',
    (expression) => {
      expect(cronProblem(expression)).toMatch(/a next date/);
    },
  );

  it.each(['', 'daily', '* * *', '60 * * * *', '0 0 32 * *', '2026-01-01', '@never'])(
    'is nothing else: "%s"',
    (expression) => {
      expect(cronProblem(expression)).toMatch(/^a cron expression, such as/);
    },
  );
});
