import { useMutation, type UseMutationResult, useQuery, type UseQueryResult } from '@tanstack/react-query';

import { type Account, type RunDetail } from './answers.js';
import { type Page } from './ask.js';
import { api, bodyOf } from './client.js';
import { Problem } from './problem.js';
import { queries } from './query-client.js';
import { type Got, type Item } from './schema.js';

export type Quarantined = Item<'/api/quarantine'>;
/** A person that was not understood, with what Google sent. */
export type WholeQuarantined = Got<'/api/quarantine/{id}'>;
export type DeadLetter = Item<'/api/dead-letters'>;
export type WholeDeadLetter = Got<'/api/dead-letters/{id}'>;

/** More at once is nobody's work list. */
const MOST = '200';

/** null: not for this principal. */
function useList<One>(
  key: string,
  list: (signal: AbortSignal) => Promise<Page<One>>,
): UseQueryResult<Page<One> | null> {
  return useQuery({
    queryKey: [key, 'open'],
    queryFn: async ({ signal }) => {
      try {
        return await list(signal);
      } catch (error) {
        if (error instanceof Problem && error.status === 403) return null;
        throw error;
      }
    },
  });
}

export interface Trouble {
  readonly accounts: UseQueryResult<Page<Account> | null>;
  readonly held: UseQueryResult<Page<RunDetail> | null>;
  readonly quarantined: UseQueryResult<Page<Quarantined> | null>;
  readonly deadLetters: UseQueryResult<Page<DeadLetter> | null>;
}

/** All that waits for a person. */
export function useTrouble(): Trouble {
  return {
    accounts: useList('accounts', (signal) => {
      const query = { needsPerson: 'true', sort: 'trouble', limit: MOST } as const;
      return bodyOf(api.GET('/api/accounts', { params: { query }, signal }));
    }),
    held: useList('held', (signal) =>
      bodyOf(api.GET('/api/sync/runs', { params: { query: { state: 'held', limit: MOST } }, signal })),
    ),
    quarantined: useList('quarantine', (signal) =>
      bodyOf(api.GET('/api/quarantine', { params: { query: { state: 'open', limit: MOST } }, signal })),
    ),
    deadLetters: useList('dead-letters', (signal) =>
      bodyOf(api.GET('/api/dead-letters', { params: { query: { state: 'open', limit: MOST } }, signal })),
    ),
  };
}

export function useQuarantined(id: string, isWanted: boolean): UseQueryResult<WholeQuarantined> {
  return useQuery({
    queryKey: ['quarantine', id],
    queryFn: ({ signal }) => bodyOf(api.GET('/api/quarantine/{id}', { params: { path: { id } }, signal })),
    enabled: isWanted,
  });
}

export function useDeadLetter(id: string, isWanted: boolean): UseQueryResult<WholeDeadLetter> {
  return useQuery({
    queryKey: ['dead-letters', id],
    queryFn: ({ signal }) => bodyOf(api.GET('/api/dead-letters/{id}', { params: { path: { id } }, signal })),
    enabled: isWanted,
  });
}

export type TroubleKind = 'quarantine' | 'dead-letters';
export type Decision = 'replay' | 'discard';

/** @throws Problem `still-not-understood`, and whatever else stands in the way */
export function useDecide(
  kind: TroubleKind,
): UseMutationResult<unknown, Error, { id: string; decision: Decision }> {
  return useMutation({
    mutationFn: ({ id, decision }) => decide(kind, id, decision),
    onSettled: () => changed(kind),
  });
}

export interface ReplayedAll {
  readonly done: number;
  readonly failed: number;
}

/** One after the other: each reads its account. */
export function useReplayAll(): UseMutationResult<ReplayedAll, Error, readonly string[]> {
  return useMutation({
    mutationFn: async (ids) => {
      let done = 0;
      for (const id of ids) {
        try {
          await decide('quarantine', id, 'replay');
          done++;
        } catch (error) {
          // One that is still not understood does not keep the others waiting; a service that is away does.
          if (error instanceof Problem && error.isPassing) throw error;
        }
      }
      return { done, failed: ids.length - done };
    },
    onSettled: () => changed('quarantine'),
  });
}

function decide(kind: TroubleKind, id: string, decision: Decision): Promise<unknown> {
  const params = { params: { path: { id } } };
  if (kind === 'quarantine') {
    return bodyOf(
      decision === 'replay'
        ? api.POST('/api/quarantine/{id}/replay', params)
        : api.POST('/api/quarantine/{id}/discard', params),
    );
  }
  return bodyOf<unknown>(
    decision === 'replay'
      ? api.POST('/api/dead-letters/{id}/replay', params)
      : api.POST('/api/dead-letters/{id}/discard', params),
  );
}

function changed(kind: TroubleKind): Promise<unknown> {
  const keys = [kind, 'overview', 'contacts', 'changes'];
  return Promise.all(keys.map((key) => queries.invalidateQueries({ queryKey: [key] })));
}
