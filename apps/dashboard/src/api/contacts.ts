import {
  type InfiniteData,
  useInfiniteQuery,
  type UseInfiniteQueryResult,
  useQuery,
  type UseQueryResult,
} from '@tanstack/react-query';
import { useEffect } from 'react';

import { BASE } from '../base.js';
import { follow } from '../live/follow.js';
import { type CloudEvent } from './answers.js';
import { type Page } from './ask.js';
import { api, bodyOf } from './client.js';
import { queries } from './query-client.js';
import { type Got } from './schema.js';

type Shown = Got<'/api/contacts/{id}'>;
export type MaskedContact = Extract<Shown, { masked: true }>;
export type Contact = Exclude<Shown, { masked: true }>;

export function isMasked(contact: Contact | MaskedContact): contact is MaskedContact {
  return 'masked' in contact;
}

/** A change of a contact; without the scope `read` it has neither `before` nor `after`. */
export interface Change {
  readonly masked?: true;
  readonly version: number;
  readonly type: 'ContactUpdated' | 'ContactDeleted';
  readonly change?: string;
  readonly reason?: string;
  readonly changedFields: readonly string[];
  readonly before?: Readonly<Record<string, unknown>> | null;
  readonly after?: Readonly<Record<string, unknown>> | null;
  readonly recordedAt: string;
  readonly runId: string;
  readonly detailsRemoved?: true;
}

export interface ContactsWanted {
  /** Empty: all of them, the latest change first. */
  readonly q: string;
  readonly accountId: string | null;
  readonly deletedToo: boolean;
}

type Pages<One> = UseInfiniteQueryResult<InfiniteData<Page<One> & { readonly tookMs: number }>>;

/** Asked for in a body: what is searched for stands in no address and no log. */
export function useContacts({ q, accountId, deletedToo }: ContactsWanted): Pages<Contact | MaskedContact> {
  return useInfiniteQuery({
    queryKey: ['contacts', q, accountId, deletedToo],
    queryFn: async ({ pageParam, signal }) => {
      const body = {
        ...(q === '' ? { sort: '-updatedAt' as const } : { q }),
        ...(accountId !== null && { accountId }),
        includeDeleted: deletedToo,
        limit: 50,
        ...(pageParam !== null && { cursor: pageParam }),
      };
      const begun = performance.now();
      const page = await bodyOf(api.POST('/api/contacts/search', { body, signal }));
      return { ...(page as Page<Contact | MaskedContact>), tookMs: performance.now() - begun };
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    placeholderData: (before) => before,
  });
}

/** @param id null: none is wanted @param asOf an ISO time; null: as it is now */
export function useContact(
  id: string | null,
  asOf: string | null = null,
): UseQueryResult<Contact | MaskedContact> {
  return useQuery({
    queryKey: asOf === null ? ['contacts', 'one', id] : ['version', id, asOf],
    enabled: id !== null,
    queryFn: ({ signal }) =>
      bodyOf(
        api.GET('/api/contacts/{id}', {
          params: { path: { id: id ?? '' }, query: asOf === null ? {} : { asOf } },
          signal,
        }),
      ),
    // What was does not change.
    ...(asOf !== null && { staleTime: Infinity }),
  });
}

/** The changes of a contact, newest first, page by page. */
export function useHistory(id: string): UseInfiniteQueryResult<InfiniteData<Page<Change>>> {
  return useInfiniteQuery({
    queryKey: ['contacts', 'history', id],
    queryFn: ({ pageParam, signal }) =>
      bodyOf<Page<Change>>(
        api.GET('/api/contacts/{id}/history', {
          params: {
            path: { id },
            query: { sort: '-version', limit: '500', ...(pageParam !== null && { cursor: pageParam }) },
          },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
}

/** The read model follows the log within moments; behind it for longer than this in all, it is asked no more. */
const SHOWN_WITHIN_MS = 10_000;
const FIRST_LOOK_MS = 50;

/** Keeps a contact and its changes up to date while it is there. */
export function useLiveContact(id: string): void {
  useEffect(() => {
    return follow({
      url: () => `${BASE}/api/events/stream?${new URLSearchParams({ contactId: id })}`,
      onOpen: () => {
        // What came since it was asked for was told to nobody.
        void queries.invalidateQueries({ predicate: isOf(id) }, { cancelRefetch: false });
      },
      onEvent: ({ type, data }) => {
        if (type !== 'ContactUpdated' && type !== 'ContactDeleted') return;
        void queries.invalidateQueries({ queryKey: ['contacts', 'history', id] });
        void untilShown(id, Number((JSON.parse(data) as CloudEvent).contactversion));
      },
    });
  }, [id]);
}

function isOf(id: string): (query: { queryKey: readonly unknown[] }) => boolean {
  return ({ queryKey }) => queryKey[0] === 'contacts' && queryKey[2] === id;
}

async function untilShown(id: string, version: number): Promise<void> {
  const queryKey = ['contacts', 'one', id];
  for (let wait = FIRST_LOOK_MS; wait < SHOWN_WITHIN_MS; wait *= 2) {
    await queries.refetchQueries({ queryKey, exact: true });
    const shown = queries.getQueryData<Contact | MaskedContact>(queryKey);
    if (shown === undefined || shown.version >= version) return;
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}
