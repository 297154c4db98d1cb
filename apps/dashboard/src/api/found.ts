import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';

import { type Account } from './answers.js';
import { api, bodyOf } from './client.js';
import { type Contact, isMasked, type MaskedContact } from './contacts.js';
import { type Page } from './ask.js';

/** So few that all of it is seen at once. */
const MOST_ACCOUNTS = 4;
const MOST_CONTACTS = 6;

interface Found {
  readonly accounts: readonly Account[];
  readonly contacts: readonly Contact[];
}

/** Which accounts and contacts are called so. Asked for in bodies: what is typed stands in no address and no log. */
export function useFound(
  q: string,
  among: { readonly accounts: boolean; readonly contacts: boolean },
): UseQueryResult<Found> {
  return useQuery({
    queryKey: ['found', q, among],
    queryFn: async ({ signal }) => {
      const [accounts, contacts] = await Promise.all([
        among.accounts
          ? bodyOf(
              api.POST('/api/accounts/search', { body: { q, sort: 'name', limit: MOST_ACCOUNTS }, signal }),
            )
          : NONE,
        among.contacts
          ? bodyOf<Page<Contact | MaskedContact>>(
              api.POST('/api/contacts/search', { body: { q, limit: MOST_CONTACTS }, signal }),
            )
          : NONE,
      ]);
      return {
        accounts: accounts.items,
        contacts: contacts.items.filter((contact) => !isMasked(contact)),
      };
    },
    enabled: q !== '',
    placeholderData: keepPreviousData,
  });
}

const NONE = { items: [] } as const;
