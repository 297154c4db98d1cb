import { keepPreviousData, type UseQueryResult, useQuery } from '@tanstack/react-query';
import DataLoader from 'dataloader';

import { lastChangeAt } from '../live/connection.js';
import {
  type About,
  type Account,
  type CloudEvent,
  type HeldDeletion,
  type HeldSummary,
  type Overview,
  type RunDetail,
  type TimelineItem,
  type Timings,
} from './answers.js';
import { api, bodyOf } from './client.js';
import { Problem } from './problem.js';
import { type paths } from './schema.js';

const ANSWER_AGES_MS = 1_500;
const TIME_PASSES_MS = 30_000;
/** Without it there is nothing to see. */
const AGAIN_MS = 5_000;
const PAGE = '50';

/** @returns null: this service does not have it, or not for this principal; then its panel is left out */
async function ifThere<Answer>(asked: Promise<Answer>): Promise<Answer | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof Problem && (error.status === 404 || error.status === 403)) return null;
    throw error;
  }
}

export interface Page<One> {
  readonly items: readonly One[];
  readonly nextCursor: string | null;
}

export function useOverview(): UseQueryResult<Overview> {
  return useQuery({
    queryKey: ['overview'],
    queryFn: ({ signal }) => bodyOf(api.GET('/api/overview', { signal })),
    // Its answers are shared, and may be older than the change that was told. And time alone makes an account late.
    refetchInterval: ({ state: { data } }) => {
      if (data === undefined) return AGAIN_MS;
      return Date.parse(data.at) < lastChangeAt() ? ANSWER_AGES_MS : TIME_PASSES_MS;
    },
  });
}

export function useAbout(): UseQueryResult<About> {
  return useQuery({
    queryKey: ['about'],
    queryFn: ({ signal }) => bodyOf(api.GET('/api/about', { signal })),
    staleTime: 600_000,
  });
}

export type AccountSort = NonNullable<
  NonNullable<paths['/api/accounts']['get']['parameters']['query']>['sort']
>;

export interface AccountsQuery {
  readonly q?: string;
  readonly health?: Account['health'];
  readonly sort?: AccountSort;
  readonly cursor?: string;
}

export function useAccounts(query: AccountsQuery): UseQueryResult<Page<Account>> {
  return useQuery({
    queryKey: ['accounts', query],
    queryFn: ({ signal }) =>
      bodyOf(
        api.GET('/api/accounts', {
          params: { query: { sort: 'trouble', limit: PAGE, ...query } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });
}

export function useAccount(id: string): UseQueryResult<Account> {
  return useQuery({
    queryKey: ['account', id],
    queryFn: ({ signal }) => bodyOf(api.GET('/api/accounts/{id}', { params: { path: { id } }, signal })),
    enabled: id !== '',
  });
}

/** Rows ask for the account of each of them: one request has all that are asked for at once. */
const accountsOfRows = new DataLoader<string, Account | null>(
  async (ids) => {
    const query = { id: [...ids], limit: String(ids.length) };
    const { items } = await bodyOf(api.GET('/api/accounts', { params: { query } }));
    const found = new Map(items.map((account) => [account.id, account]));
    return ids.map((id) => found.get(id) ?? null);
  },
  { maxBatchSize: 100, cache: false },
);

/** Undefined: not known yet, or not to this principal. */
export function useAccountName(id: string): string | undefined {
  const { data } = useQuery({
    queryKey: ['account-name', id],
    queryFn: async () => (await accountsOfRows.load(id))?.name ?? null,
    staleTime: 60_000,
  });
  return data ?? undefined;
}

export function useTimeline(id: string, cursor: string | undefined): UseQueryResult<Page<TimelineItem>> {
  const query = { limit: PAGE, ...(cursor !== undefined && { cursor }) };
  return useQuery({
    queryKey: ['timeline', id, cursor],
    queryFn: ({ signal }) =>
      bodyOf(api.GET('/api/accounts/{id}/timeline', { params: { path: { id }, query }, signal })),
    placeholderData: keepPreviousData,
  });
}

export function useRun(id: string): UseQueryResult<RunDetail> {
  return useQuery({
    queryKey: ['run', id],
    queryFn: ({ signal }) => bodyOf(api.GET('/api/sync/runs/{id}', { params: { path: { id } }, signal })),
  });
}

/** The run of an account whose deletions wait. */
export function useHeldRun(accountId: string, isHeld: boolean): UseQueryResult<RunDetail | null> {
  return useQuery({
    queryKey: ['runs', accountId, 'held'],
    queryFn: async ({ signal }) => {
      const query = { accountId, state: 'held', limit: '1' } as const;
      const { items } = await bodyOf(api.GET('/api/sync/runs', { params: { query }, signal }));
      return items[0] ?? null;
    },
    enabled: isHeld,
  });
}

export function useTimings(id: string): UseQueryResult<Timings | null> {
  return useQuery({
    queryKey: ['run', id, 'timings'],
    queryFn: ({ signal }) =>
      ifThere(bodyOf(api.GET('/api/sync/runs/{id}/timings', { params: { path: { id } }, signal }))),
  });
}

/** Asked for in a body: what is filtered by stands in no address and no log. */
export function useHeldDeletions(
  id: string,
  query: { readonly q?: string; readonly cursor?: string },
): UseQueryResult<Page<HeldDeletion>> {
  return useQuery({
    queryKey: ['held', id, query],
    queryFn: ({ signal }) =>
      bodyOf(
        api.POST('/api/sync/runs/{id}/held-deletions/search', {
          params: { path: { id } },
          body: { limit: Number(PAGE), ...query },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });
}

/** @returns null to those who may not read contacts */
export function useHeldSummary(id: string): UseQueryResult<HeldSummary | null> {
  return useQuery({
    queryKey: ['held', id, 'summary'],
    queryFn: ({ signal }) =>
      ifThere(
        bodyOf(api.GET('/api/sync/runs/{id}/held-deletions/summary', { params: { path: { id } }, signal })),
      ),
  });
}

/** The newest events up to a position, newest first. @param most at most so many */
export function useEventsUpTo(
  position: string | undefined,
  most: number,
  accountId?: string,
): UseQueryResult<readonly CloudEvent[]> {
  return useQuery({
    queryKey: ['changes', position, most, accountId],
    queryFn: async ({ signal }) => {
      const query = {
        before: String(BigInt(position ?? '0') + 1n),
        limit: String(Math.min(most, 500)),
        ...(accountId !== undefined && { accountId }),
      };
      const { items } = await bodyOf(api.GET('/api/events', { params: { query }, signal }));
      return items;
    },
    placeholderData: keepPreviousData,
    enabled: position !== undefined && position !== '0',
    staleTime: 60_000,
  });
}
