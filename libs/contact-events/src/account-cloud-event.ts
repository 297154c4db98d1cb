import { CloudEvent } from 'cloudevents';

import { type AccountEventType } from './account-event-schema.js';
import { type ContactMessage, dataSchemaUrl, eventId, kafkaHeaders, versionText } from './cloud-event.js';
import { canonicalJson } from './contact-event-data.js';

/** A row of the log of accounts' lives. */
export interface LoggedAccountEvent {
  readonly type: AccountEventType;
  readonly accountId: string;
  readonly version: number;
  /** What the account was known by. */
  readonly reference: string | null;
  /** Of AccountSynced. */
  readonly lastPosition: bigint | null;
  /** ISO 8601. */
  readonly occurredAt: string;
}

/** @param publicUrl the service's own URL, for `dataschema` */
export function toAccountMessage(logged: LoggedAccountEvent, publicUrl: string): ContactMessage {
  const { type, accountId, version, reference, lastPosition, occurredAt } = logged;
  const headers = kafkaHeaders(
    new CloudEvent<string>({
      specversion: '1.0',
      id: eventId(accountId, version),
      source: `/accounts/${accountId}`,
      type,
      subject: accountId,
      time: occurredAt,
      datacontenttype: 'application/json',
      dataschema: dataSchemaUrl(publicUrl, type),
      accountversion: versionText(version),
      partitionkey: accountId,
      ...(reference === null ? {} : { accountref: reference }),
    }),
  );
  const value = canonicalJson({
    accountId,
    reference,
    version,
    occurredAt,
    ...(lastPosition === null ? {} : { lastPosition: String(lastPosition) }),
  });
  return { key: accountId, value, headers };
}
