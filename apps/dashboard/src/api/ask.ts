import { keepPreviousData, type UseQueryResult, useQuery } from '@tanstack/react-query';

import { BASE } from '../base.js';
import { heardServerTime } from '../live/clock.js';
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
} from './agreed.js';
import { noAnswer, Problem, problemIn } from './problem.js';

const ANSWER_AGES_MS = 1_500;
const TIME_PASSES_MS = 30_000;

/** Of an address; those that are undefined are left out. */
type Query = Readonly<Record<string, string | number | undefined>>;

/** `GET` of what a newer service has. @throws Problem */
export async function ask<Answer>(path: string, query: Query = {}, signal?: AbortSignal): Promise<Answer> {
  const asked = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== undefined) asked.append(name, String(value));
  const response = await fetch(`${BASE}${path}${asked.size > 0 ? `?${asked}` : ''}`, {
    ...(signal && { signal }),
  }).catch((error: unknown) => {
    throw error instanceof DOMException && error.name === 'AbortError' ? error : noAnswer();
  });
  heardServerTime(response.headers.get('Date'));
  const body: unknown = await response.json().catch(() => undefined);
  if (!response.ok) throw problemIn(response, body);
  return body as Answer;
}

/** null: this service does not have it, or not for this principal; then its panel is left out. */
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
    queryFn: ({ signal }) => ask<Overview>('/api/overview', {}, signal),
    // Its answers are shared, and may be older than the change that was told. And time alone makes an account late.
    refetchInterval: ({ state: { data } }) =>
      data !== undefined && Date.parse(data.at) < lastChangeAt() ? ANSWER_AGES_MS : TIME_PASSES_MS,
  });
}

export function useAbout(): UseQueryResult<About | null> {
  return useQuery({
    queryKey: ['about'],
    queryFn: ({ signal }) => ifThere(ask<About>('/api/about', {}, signal)),
    staleTime: 600_000,
  });
}

export interface AccountsQuery {
  readonly q?: string | undefined;
  readonly health?: string | undefined;
  readonly sort?: string | undefined;
  readonly cursor?: string | undefined;
}

export function useAccounts(query: AccountsQuery): UseQueryResult<Page<Account>> {
  return useQuery({
    queryKey: ['accounts', query],
    queryFn: ({ signal }) =>
      ask<Page<Account>>('/api/accounts', { sort: 'trouble', limit: 50, ...query }, signal),
    placeholderData: keepPreviousData,
  });
}

export function useAccount(id: string): UseQueryResult<Account> {
  return useQuery({
    queryKey: ['account', id],
    queryFn: ({ signal }) => ask<Account>(`/api/accounts/${id}`, {}, signal),
    enabled: id !== '',
  });
}

export function useTimeline(
  id: string,
  cursor: string | undefined,
): UseQueryResult<Page<TimelineItem> | null> {
  return useQuery({
    queryKey: ['timeline', id, cursor],
    queryFn: ({ signal }) =>
      ifThere(ask<Page<TimelineItem>>(`/api/accounts/${id}/timeline`, { limit: 50, cursor }, signal)),
    placeholderData: keepPreviousData,
  });
}

export function useRun(id: string): UseQueryResult<RunDetail> {
  return useQuery({
    queryKey: ['run', id],
    queryFn: ({ signal }) => ask<RunDetail>(`/api/sync/runs/${id}`, {}, signal),
  });
}

/** The run of an account whose deletions wait. */
export function useHeldRun(accountId: string, isHeld: boolean): UseQueryResult<RunDetail | null> {
  return useQuery({
    queryKey: ['runs', accountId, 'held'],
    queryFn: async ({ signal }) => {
      const { items } = await ask<Page<RunDetail>>(
        '/api/sync/runs',
        { accountId, state: 'held', limit: 1 },
        signal,
      );
      return items[0] ?? null;
    },
    enabled: isHeld,
  });
}

export function useTimings(id: string): UseQueryResult<Timings | null> {
  return useQuery({
    queryKey: ['run', id, 'timings'],
    queryFn: ({ signal }) => ifThere(ask<Timings>(`/api/sync/runs/${id}/timings`, {}, signal)),
  });
}

export function useHeldDeletions(
  id: string,
  query: { readonly q?: string | undefined; readonly cursor?: string | undefined },
  isHeld: boolean,
): UseQueryResult<Page<HeldDeletion>> {
  return useQuery({
    queryKey: ['held', id, query],
    queryFn: ({ signal }) =>
      ask<Page<HeldDeletion>>(`/api/sync/runs/${id}/held-deletions`, { limit: 50, ...query }, signal),
    placeholderData: keepPreviousData,
    enabled: isHeld,
  });
}

export function useHeldSummary(id: string, isHeld: boolean): UseQueryResult<HeldSummary | null> {
  return useQuery({
    queryKey: ['held', id, 'summary'],
    queryFn: ({ signal }) =>
      ifThere(ask<HeldSummary>(`/api/sync/runs/${id}/held-deletions/summary`, {}, signal)),
    enabled: isHeld,
  });
}

/** The newest events up to a position, newest first. @param back how many positions to look back */
export function useEventsUpTo(
  position: string | undefined,
  back: number,
  accountId?: string,
): UseQueryResult<readonly CloudEvent[]> {
  return useQuery({
    queryKey: ['changes', position, back, accountId],
    queryFn: async ({ signal }) => {
      const after = BigInt(position ?? '0') - BigInt(back);
      const { items } = await ask<{ items: readonly CloudEvent[] }>(
        '/api/events',
        { after: String(after > 0n ? after : 0n), accountId, limit: Math.min(back, 500) },
        signal,
      );
      return items.toReversed();
    },
    placeholderData: keepPreviousData,
    enabled: position !== undefined && position !== '0',
    staleTime: 60_000,
  });
}
