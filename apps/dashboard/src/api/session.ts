import { useQuery, type UseQueryResult } from '@tanstack/react-query';

import { api, bodyOf, setCsrfToken } from './client.js';
import { Problem } from './problem.js';
import { queries, SESSION } from './query-client.js';
import { type Got } from './schema.js';

export type Session = Got<'/api/session'>;

/** Who the page is to the service; null: nobody yet. */
export function useSession(): UseQueryResult<Session | null> {
  return useQuery({ queryKey: SESSION, queryFn: ask, staleTime: Infinity });
}

async function ask(): Promise<Session | null> {
  try {
    return known(await bodyOf(api.GET('/api/session')));
  } catch (error) {
    if (error instanceof Problem && error.status === 401) return known(null);
    throw error;
  }
}

function known<Known extends Session | null>(session: Known): Known {
  setCsrfToken(session?.csrfToken ?? null);
  return session;
}

/** @throws Problem: the token is none */
export async function signIn(token: string): Promise<void> {
  const session = await bodyOf(api.POST('/api/session', { body: { token } }));
  becomes(session);
}

/** Ends the session; nothing of what was shown stays. */
export async function signOut(): Promise<void> {
  await api.DELETE('/api/session');
  becomes(null);
}

/** What somebody else saw before is forgotten. */
function becomes(session: Session | null): void {
  queries.setQueryData(SESSION, known(session));
  queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== SESSION[0] });
}

/** The same where two sessions may see and do the same. */
export function rightsOf({ scopes, accountId }: Session): string {
  return [...scopes.toSorted(), accountId ?? ''].join(' ');
}

/** What the principal may do: `operate`, `read`, `admin`. */
export function useMay(): (scope: 'operate' | 'read' | 'admin') => boolean {
  const { data } = useSession();
  return (scope) => data?.scopes.includes(scope) ?? false;
}
