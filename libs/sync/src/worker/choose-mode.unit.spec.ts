import { describe, expect, it } from '@jest/globals';

import { type RequestedMode, type Run } from '../runs/run.entity.js';
import { type SyncList } from '../runs/sync-list.entity.js';
import { chooseMode } from './choose-mode.js';

const REQUEST = 'names,metadata by the thousand';

/** What a sync token is stored with. */
type StoredToken = Partial<Pick<SyncList, 'syncToken' | 'syncTokenRequest'>>;

const NO_TOKEN: StoredToken = {};
const TOKEN: StoredToken = { syncToken: 'token', syncTokenRequest: REQUEST };
const TOKEN_OF_ANOTHER_REQUEST: StoredToken = { syncToken: 'token', syncTokenRequest: 'names only' };
const TOKEN_OF_UNKNOWN_REQUEST: StoredToken = { syncToken: 'token', syncTokenRequest: null };

/** How a run that was asked for in this way asks Google. */
function choice(requestedMode: RequestedMode, stored: StoredToken): object {
  // As it stands in the queue: the mode is a guess, nothing else is chosen.
  const queued = { requestedMode, mode: requestedMode === 'incremental' ? 'incremental' : 'full' } as Run;
  chooseMode(queued, stored as SyncList, REQUEST);
  const { mode, fallbackReason = null } = queued;
  return { mode, fallbackReason };
}

describe('A run asks for', () => {
  it.each(['auto', 'incremental'] as const)('what changed since the sync token (%s)', (asked) => {
    expect(choice(asked, TOKEN)).toEqual({ mode: 'incremental', fallbackReason: null });
  });

  it.each(['auto', 'incremental'] as const)(
    'everything, and says why, without a sync token (%s)',
    (asked) => {
      const everything = { mode: 'full', fallbackReason: 'no-sync-token' };
      expect(choice(asked, NO_TOKEN)).toEqual(everything);
      expect(choice(asked, { syncToken: null, syncTokenRequest: REQUEST })).toEqual(everything);
    },
  );

  it.each(['auto', 'incremental'] as const)(
    'everything, and says why, when the sync token belongs to other request parameters (%s)',
    (asked) => {
      const everything = { mode: 'full', fallbackReason: 'request-changed' };
      expect(choice(asked, TOKEN_OF_ANOTHER_REQUEST)).toEqual(everything);
      expect(choice(asked, TOKEN_OF_UNKNOWN_REQUEST)).toEqual(everything);
    },
  );

  it.each([TOKEN, NO_TOKEN, TOKEN_OF_ANOTHER_REQUEST])(
    'everything when it is told to, which is no fallback (%p)',
    (stored) => {
      expect(choice('full', stored)).toEqual({ mode: 'full', fallbackReason: null });
    },
  );
});
