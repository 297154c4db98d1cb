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

/** Asked for once: what is fixed, what only its asker may ask for again, and who one is. */
const ONCE: ReadonlySet<unknown> = new Set(['session', 'dry-run', 'version', 'event', 'topic']);

/** Asks anew for all that is shown and may have changed, but for what is being asked for already. */
export function askForEverything(): void {
  const filters = { predicate: ({ queryKey: [what] }: { queryKey: readonly unknown[] }) => !ONCE.has(what) };
  void queries.invalidateQueries(filters, { cancelRefetch: false });
}

/** Others decided what the principal may see: what was seen before is forgotten. */
export async function accessChanged(): Promise<void> {
  await queries.refetchQueries({ queryKey: SESSION });
  await queries.resetQueries({ predicate: ({ queryKey: [what] }) => what !== SESSION[0] });
}

function noticeEndOfSession(error: Error): void {
  if (error instanceof Problem && error.status === 401 && error.code === 'invalid-api-token') sessionEnded();
}
