import { useMutation, type UseMutationResult, useQuery, type UseQueryResult } from '@tanstack/react-query';

import { type Page } from './ask.js';
import { api, bodyOf } from './client.js';
import { queries } from './query-client.js';
import { type Item } from './schema.js';

export type Token = Item<'/api/tokens'>;
export type Scope = 'operate' | 'read' | 'admin';

export interface NewToken {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly accountId?: string;
  /** `90d` */
  readonly expiresIn: string;
}

export function useTokens(): UseQueryResult<Page<Token>> {
  return useQuery({
    queryKey: ['tokens'],
    queryFn: ({ signal }) => bodyOf(api.GET('/api/tokens', { params: { query: { limit: '200' } }, signal })),
  });
}

/** @returns the token itself too, this once. @throws Problem */
export function useIssueToken(): UseMutationResult<Token & { token: string }, Error, NewToken> {
  return useMutation({
    mutationFn: ({ scopes, ...rest }) =>
      bodyOf(api.POST('/api/tokens', { body: { ...rest, scopes: [...scopes] } })),
    onSettled: () => queries.invalidateQueries({ queryKey: ['tokens'] }),
    // Nothing keeps it once the page does not show it any more.
    gcTime: 0,
  });
}

export function useRevokeToken(): UseMutationResult<unknown, Error, string> {
  return useMutation({
    mutationFn: (id) => api.DELETE('/api/tokens/{id}', { params: { path: { id } } }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['tokens'] }),
  });
}
