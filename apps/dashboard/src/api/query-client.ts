import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';

import { setCsrfToken } from './client.js';
import { Problem } from './problem.js';

/** What is there is shown while it is asked for anew; what may pass is tried again twice, then by whoever looks. */
export const queries: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: noticeEndOfSession }),
  mutationCache: new MutationCache({ onError: noticeEndOfSession }),
  defaultOptions: {
    queries: {
      staleTime: 2_000,
      gcTime: 300_000,
      retry: (count, error) => count < 2 && error instanceof Problem && error.isPassing,
      retryDelay: (count) => 500 * 2 ** count,
      refetchOnWindowFocus: true,
    },
  },
});

/** Of who the page is to the service. */
export const SESSION = ['session'];

/** The session is over, or the token was revoked: whoever is there has to say again who they are. */
export function sessionEnded(): void {
  setCsrfToken(null);
  if (queries.getQueryData(SESSION) !== null) queries.setQueryData(SESSION, null);
}

function noticeEndOfSession(error: Error): void {
  if (error instanceof Problem && error.status === 401 && error.code === 'invalid-api-token') sessionEnded();
}
