import { type ContactDocument } from '../projection/contact-row.js';
import { type HistoryPage, type HistoryRequest } from './history-cursor.js';

/** What a list of contacts may be ordered by; `-` before it: the other way round. */
export const CONTACT_SORTS = ['displayName', '-displayName', 'updatedAt', '-updatedAt'] as const;
export type ContactSort = (typeof CONTACT_SORTS)[number];

export interface ContactPageRequest {
  /** Left out: by name, or of masked contacts by id. */
  readonly sort?: ContactSort | undefined;
  readonly accountId?: string | undefined;
  readonly includeDeleted?: boolean | undefined;
  /** 1 to 500. */
  readonly limit: number;
  /** `nextCursor` of the page before. */
  readonly cursor?: string | undefined;
}

export interface ContactPage {
  /** JSON of each. */
  readonly items: readonly ContactDocument[];
  /** null on the last page. */
  readonly nextCursor: string | null;
}

export interface KnownContact {
  readonly accountId: string;
  /** JSON. */
  readonly document: ContactDocument;
}

/** A contact at a time. */
export interface PastContact {
  readonly accountId: string;
  /** JSON; null: its details were removed since, and can no longer be read. */
  readonly document: ContactDocument | null;
}

/** Contacts, and their past, as REST shows them: whole, or masked for those who may not see what they say. */
export interface ShownContacts {
  list(request: ContactPageRequest): Promise<ContactPage>;
  get(id: string): Promise<KnownContact | null>;
}

export interface ShownHistory {
  of(contactId: string, request: HistoryRequest): Promise<HistoryPage | null>;
  asOf(contactId: string, time: Date): Promise<PastContact | null>;
}
