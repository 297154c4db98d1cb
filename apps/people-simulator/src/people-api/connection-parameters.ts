import { isPersonField, type PersonField } from '../persons/person-fields.js';
import { TokenSeal } from '../storage/token-seal.js';
import { invalidArgument } from './google-error.js';
import { refuseUnknownParameters, singleParameter } from './query-parameters.js';

/** The parameters of people.connections.list, checked; lists are sorted, so that equal requests compare as equal. */
export interface ConnectionParameters {
  readonly fields: readonly PersonField[];
  readonly sources: readonly string[];
  readonly pageSize: number;
  readonly pageToken?: string;
  readonly syncToken?: string;
  readonly requestSyncToken: boolean;
  readonly sortOrder?: SortOrder;
}

const SORT_ORDERS = [
  'LAST_MODIFIED_ASCENDING',
  'LAST_MODIFIED_DESCENDING',
  'FIRST_NAME_ASCENDING',
  'LAST_NAME_ASCENDING',
] as const;
export type SortOrder = (typeof SORT_ORDERS)[number];

const SOURCES = [
  'READ_SOURCE_TYPE_CONTACT',
  'READ_SOURCE_TYPE_PROFILE',
  'READ_SOURCE_TYPE_DOMAIN_CONTACT',
  'READ_SOURCE_TYPE_OTHER_CONTACT',
];
const DEFAULT_SOURCES = ['READ_SOURCE_TYPE_CONTACT', 'READ_SOURCE_TYPE_PROFILE'];
const KNOWN = [
  'personFields',
  'pageSize',
  'pageToken',
  'syncToken',
  'requestSyncToken',
  'sources',
  'sortOrder',
];

/** Reads the query as Google does: an unknown name, field, source or number is a 400 INVALID_ARGUMENT. */
export function connectionParameters(query: URLSearchParams): ConnectionParameters {
  refuseUnknownParameters(query, KNOWN);
  const pageToken = singleParameter(query, 'pageToken');
  const syncToken = singleParameter(query, 'syncToken');
  const sortOrder = sortOrderOf(query);
  const requestSyncToken = booleanOf(query, 'requestSyncToken');
  if (sortOrder !== undefined && (syncToken !== undefined || requestSyncToken)) {
    throw invalidArgument('Sort order is not supported with sync requests: sort_order must be unset.');
  }
  return {
    fields: personFields(query),
    sources: sourcesOf(query),
    pageSize: pageSizeOf(query),
    requestSyncToken,
    ...(pageToken !== undefined && { pageToken }),
    ...(syncToken !== undefined && { syncToken }),
    ...(sortOrder !== undefined && { sortOrder }),
  };
}

/** What must equal the first call's when a sync token is sent (discovery document, `syncToken`). */
export function syncBinding({ fields, sources, pageSize }: ConnectionParameters): string {
  return TokenSeal.mark(JSON.stringify([fields, sources, pageSize]));
}

/** What must equal the first call's when a page token is sent: everything else (discovery document, `pageToken`). */
export function pageBinding(parameters: ConnectionParameters): string {
  const { syncToken = null, requestSyncToken, sortOrder = null } = parameters;
  return TokenSeal.mark(JSON.stringify([syncBinding(parameters), syncToken, requestSyncToken, sortOrder]));
}

/** The field mask, required by every call that returns persons. */
export function personFields(query: URLSearchParams): readonly PersonField[] {
  const paths = query
    .getAll('personFields')
    .flatMap((list) => list.split(','))
    .map((path) => path.trim())
    .filter((path) => path !== '');
  if (paths.length === 0) {
    throw invalidArgument(
      'personFields mask is required. Please specify one or more valid paths. Valid paths are documented at ' +
        'https://developers.google.com/people/api/rest/v1/people.connections/list.',
    );
  }
  const unknown = paths.find((path) => !isPersonField(path));
  if (unknown !== undefined) {
    throw invalidArgument(
      `Invalid personFields mask path: "${unknown}". Valid paths are documented at ` +
        'https://developers.google.com/people/api/rest/v1/people.connections/list.',
    );
  }
  return [...new Set(paths.filter(isPersonField))].sort();
}

/** The sources whose items are shown; Google's own two where none are named. */
export function sourcesOf(query: URLSearchParams): string[] {
  const sources = query.getAll('sources');
  const unknown = sources.find((source) => !SOURCES.includes(source));
  if (unknown !== undefined) {
    throw invalidArgument(
      `Invalid value at 'sources' (type.googleapis.com/google.people.v1.ReadSourceType), "${unknown}"`,
    );
  }
  return sources.length === 0 ? DEFAULT_SOURCES : [...new Set(sources)].sort();
}

function pageSizeOf(query: URLSearchParams): number {
  const text = singleParameter(query, 'pageSize');
  if (text === undefined) return 100;
  if (!/^-?\d{1,10}$/.test(text))
    throw invalidArgument(`Invalid value at 'page_size' (TYPE_INT32), "${text}"`);
  const size = Number(text);
  // The discovery document: "Defaults to 100 if not set or set to 0."
  if (size === 0) return 100;
  if (size < 0 || size > 1_000) throw invalidArgument('Page size must be between 1 and 1000, inclusive.');
  return size;
}

function booleanOf(query: URLSearchParams, name: string): boolean {
  const text = singleParameter(query, name);
  if (text === undefined || text === 'false') return false;
  if (text !== 'true') throw invalidArgument(`Invalid value at 'request_sync_token' (TYPE_BOOL), "${text}"`);
  return true;
}

function sortOrderOf(query: URLSearchParams): SortOrder | undefined {
  const text = singleParameter(query, 'sortOrder');
  if (text === undefined) return undefined;
  const order = SORT_ORDERS.find((known) => known === text);
  if (order === undefined) {
    throw invalidArgument(
      `Invalid value at 'sort_order' (type.googleapis.com/google.people.v1.ListConnectionsRequest.SortOrder), "${text}"`,
    );
  }
  return order;
}
