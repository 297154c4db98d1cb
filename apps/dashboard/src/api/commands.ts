import { useMutation, type UseMutationResult } from '@tanstack/react-query';

import { type RunDetail } from './answers.js';
import { api, bodyOf } from './client.js';
import { queries } from './query-client.js';

export type SyncKind = 'auto' | 'full';

/** Begins a sync, and does not wait for its end. @throws Problem `sync-in-progress`, with `runId` */
export function useSync(): UseMutationResult<RunDetail, Error, { accountId: string; kind?: SyncKind }> {
  return useMutation({
    mutationFn: async ({ accountId, kind = 'auto' }) => {
      const options = { body: { accountId }, headers: { Prefer: 'respond-async' } };
      const call = kind === 'full' ? api.POST('/api/sync/full', options) : api.POST('/api/sync', options);
      return (await bodyOf<unknown>(call)) as RunDetail;
    },
    onSettled: () => changed('overview', 'accounts', 'account', 'timeline', 'runs'),
  });
}

export interface Settings {
  readonly interval?: string | null;
  readonly paused?: boolean;
}

export function useChangeAccount(): UseMutationResult<unknown, Error, { id: string; settings: Settings }> {
  return useMutation({
    mutationFn: ({ id, settings }) =>
      bodyOf(api.PATCH('/api/accounts/{id}', { params: { path: { id } }, body: settings })),
    onSettled: () => changed('overview', 'accounts', 'account', 'timeline'),
  });
}

/** The end of an account. @returns whether it is over: a large one takes longer than an answer */
export function useEndAccount(): UseMutationResult<boolean, Error, { id: string; erase: boolean }> {
  return useMutation({
    mutationFn: async ({ id, erase }) => {
      const { response } = await api.DELETE('/api/accounts/{id}', {
        params: { path: { id }, query: erase ? { erase: 'true' } : {} },
      });
      return response.status === 204;
    },
    onSettled: () => changed('overview', 'accounts', 'account', 'timeline', 'contacts', 'changes'),
  });
}

export function useCancelRun(): UseMutationResult<unknown, Error, string> {
  return useMutation({
    mutationFn: (id) => bodyOf(api.POST('/api/sync/runs/{id}/cancel', { params: { path: { id } } })),
    onSettled: () => changed('overview', 'accounts', 'account', 'run', 'runs', 'timeline'),
  });
}

export function useDecideHeld(): UseMutationResult<
  { deleted: number },
  Error,
  { runId: string; decision: 'approve' | 'reject' }
> {
  return useMutation({
    mutationFn: ({ runId, decision }) => {
      const params = { params: { path: { id: runId } } };
      return bodyOf(
        decision === 'approve'
          ? api.POST('/api/sync/runs/{id}/held-deletions/approve', params)
          : api.POST('/api/sync/runs/{id}/held-deletions/reject', params),
      );
    },
    onSettled: () =>
      changed('overview', 'accounts', 'account', 'run', 'runs', 'held', 'timeline', 'trouble', 'changes'),
  });
}

export interface ConnectLink {
  readonly url: string;
  readonly expiresAt: string;
}

/** A page for one person, once: it leads them through connecting their contacts. */
export function useConnectLink(): UseMutationResult<
  ConnectLink,
  Error,
  { reference?: string; loginHint?: string }
> {
  return useMutation({ mutationFn: (body) => bodyOf(api.POST('/api/auth/google/links', { body })) });
}

function changed(...keys: readonly string[]): Promise<unknown> {
  return Promise.all(keys.map((key) => queries.invalidateQueries({ queryKey: [key] })));
}
