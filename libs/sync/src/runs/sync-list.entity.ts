import { defineEntity, type InferEntity, p } from '@mikro-orm/core';

/** Google's lists that are synced. */
export type ListName = 'contacts';

/** One of Google's lists, of one account: what its next sync begins with, and how far its active run has come. */
export const SyncListEntity = defineEntity({
  name: 'SyncList',
  tableName: 'sync_lists',
  properties: {
    accountId: p.uuid().primary(),
    list: p.text().$type<ListName>().primary(),
    nextSyncAt: p.datetime().nullable(),
    syncToken: p.text().nullable(),
    /** The fingerprint of the request parameters that the sync token belongs to. */
    syncTokenRequest: p.text().nullable(),
    syncTokenObtainedAt: p.datetime().nullable(),
    fullSyncedAt: p.datetime().nullable(),
    /** Rises each time the pages begin anew within a run: what an earlier epoch showed does not count. */
    epoch: p.integer(),
    epochStartedAt: p.datetime().nullable(),
    nextPageToken: p.text().nullable(),
    /** The token of the last page, which comes only once; the run's end makes it the list's. */
    pendingSyncToken: p.text().nullable(),
    /** Runs in a row that failed, the latest ones. */
    failures: p.integer(),
  },
});

export type SyncList = InferEntity<typeof SyncListEntity>;
