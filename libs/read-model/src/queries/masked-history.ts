import { type SqlEntityManager } from '@mikro-orm/postgresql';
import {
  accountOfStream,
  isWhole,
  readPage,
  readStreamEnd,
  type StoredEvent,
  type WholeEvent,
} from '#event-store';
import { LARGEST_PAGE_BYTES } from '#platform';

import { cursorBehind, type HistoryPage, type HistoryRequest, versionsBehind } from './history-cursor.js';
import { maskedDocument } from './masked-document.js';
import { type PastContact, type ShownHistory } from './shown-contacts.js';

/** All that is read of the events' data. */
const OF_CHANGE = ['change', 'reason', 'changedFields'] as const;
const OF_STATE = ['reason', 'resourceName', 'contact.updatedAt'] as const;

type Members<Names extends readonly string[]> = Readonly<Record<Names[number], unknown>>;

/** A contact's past for those who may not see what it says: what changed when, and why. */
export class MaskedHistory implements ShownHistory {
  constructor(private readonly em: SqlEntityManager) {}

  /** @throws CodedError invalid-cursor */
  async of(contactId: string, request: HistoryRequest): Promise<HistoryPage | null> {
    const em = this.em.fork();
    const versions = versionsBehind(request);
    const accountId = await accountOfStream(em, contactId);
    if (accountId === null) return null;
    const { events, hasMore } = await readPage(em, {
      streamId: contactId,
      ...versions,
      limit: request.limit,
      bytes: LARGEST_PAGE_BYTES,
      members: OF_CHANGE,
    });
    const items = events.map((event) => JSON.stringify(itemOf(event)));
    return { accountId, items, nextCursor: cursorBehind(request, events, items.length, hasMore) };
  }

  async asOf(contactId: string, time: Date): Promise<PastContact | null> {
    const em = this.em.fork();
    if ((await accountOfStream(em, contactId)) === null) return null;
    const end = { streamId: contactId, upToTime: time, limit: 1, members: OF_STATE };
    const [last] = await readStreamEnd(em, end);
    if (last === undefined) return null;
    return { accountId: last.accountId, document: isWhole(last) ? documentOf(last) : null };
  }
}

function itemOf(event: StoredEvent): object {
  const { version, type, occurredAt: recordedAt, runId } = event;
  const fact = { masked: true, version, type };
  if (!isWhole(event)) return { ...fact, changedFields: [], recordedAt, runId, detailsRemoved: true };
  const { change, reason, changedFields } = JSON.parse(event.data) as Members<typeof OF_CHANGE>;
  return {
    ...fact,
    ...(type === 'ContactUpdated' ? { change } : { reason }),
    changedFields: changedFields ?? [],
    recordedAt,
    runId,
  };
}

function documentOf(event: WholeEvent): string {
  const members = JSON.parse(event.data) as Members<typeof OF_STATE>;
  const { reason, resourceName, 'contact.updatedAt': updatedAt } = members;
  const deleted = event.type === 'ContactDeleted';
  const syncedAt = new Date(event.occurredAt);
  return maskedDocument({
    id: event.streamId,
    accountId: event.accountId,
    resourceName: String(resourceName),
    version: event.version,
    deleted,
    deletedAt: deleted ? syncedAt : null,
    deletedReason: deleted ? String(reason) : null,
    updatedAt: deleted ? syncedAt : new Date(String(updatedAt)),
    syncedAt,
  });
}
