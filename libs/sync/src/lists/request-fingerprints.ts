import { requestFingerprint } from '#google-people';

import { type ListName } from '../runs/sync-list.entity.js';
import { LISTS } from './lists.js';

/** What a sync token of each list belongs to. */
export function requestFingerprints(pageSize: number): Record<ListName, string> {
  return { contacts: requestFingerprint(LISTS.contacts.source, pageSize) };
}
