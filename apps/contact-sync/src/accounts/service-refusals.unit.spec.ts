import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ClientRefused, GOOGLE_REQUESTS, type GoogleRequestMessage, GoogleUnavailable } from '#google-people';
import { pino } from 'pino';

import { ServiceRefusals } from './service-refusals.js';

describe('A Google that refuses the service itself', () => {
  const [ada, ben] = [{ of: 'Ada' }, { of: 'Ben' }];
  let logged: string[] = [];
  let refusals: ServiceRefusals;
  beforeEach(() => {
    logged = [];
    const write = (line: string): void => {
      const { level, msg } = JSON.parse(line) as { level: number; msg: string };
      logged.push(`${pino.levels.labels[level] ?? ''}: ${msg}`);
    };
    refusals = new ServiceRefusals(pino({}, { write }));
  });
  afterEach(() => {
    refusals.onModuleDestroy();
  });

  const ends = (signIn: object, error: GoogleRequestMessage['error']): void => {
    GOOGLE_REQUESTS.publish({ signIn, error } satisfies GoogleRequestMessage);
  };
  const deleted = new ClientRefused('The OAuth client was deleted');
  const DELETED = expect.stringMatching(/^error: The OAuth client was deleted\. No account has to sign in/);
  const OVER = 'info: Google no longer refuses the service';

  it('is told once, however many accounts and requests fail of it, and once when it is over', () => {
    for (let tried = 0; tried < 3; tried += 1) for (const signIn of [ada, ben]) ends(signIn, deleted);
    expect(logged).toEqual([DELETED]);

    ends(ada, new GoogleUnavailable('down'));
    ends(ada, null);
    expect(logged).toHaveLength(1);
    ends(ben, null);
    ends(ben, null);
    expect(logged).toEqual([DELETED, OVER]);
  });

  it('is told anew when it refuses in other words, and when it begins again', () => {
    ends(ada, deleted);
    ends(ada, new ClientRefused('The Google People API is not enabled'));
    ends(ada, null);
    ends(ada, deleted);
    expect(logged).toEqual([DELETED, expect.stringMatching('People API'), OVER, DELETED]);
  });

  it('of one account alone is not over because another one works', () => {
    ends(ada, deleted);
    ends(ben, null);
    ends(ada, deleted);
    expect(logged).toEqual([DELETED]);
  });
});
