import { type ContactEvent } from '#contact';

import { contactDeletedSchema, contactUpdatedSchema } from './contact-event-schema.js';

/** A contact event at its place in the event log, as every reader gets it, whichever way it came. */
export interface ContactRecord {
  /** Global position in the event log: a later commit has a higher one. */
  readonly position: bigint;
  readonly event: ContactEvent;
  /** Whether its longest texts were cut to fit a record of Kafka; the log has them whole. */
  readonly isCut?: boolean;
}

/** A stored or received event that does not have the published shape. The message has nothing of what it says. */
export class EventNotUnderstood extends Error {
  override readonly name = 'EventNotUnderstood';
}

/**
 * Reads the data of an event.
 *
 * @param type `ContactUpdated` or `ContactDeleted`
 * @param data JSON as stored in the log and sent on Kafka
 * @throws EventNotUnderstood naming the first member that is wrong, never its value
 */
export function readContactEvent(type: string, data: string): ContactEvent {
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    throw new EventNotUnderstood('The data is not JSON');
  }
  switch (type) {
    case 'ContactUpdated': {
      const result = contactUpdatedSchema.safeParse(value);
      if (result.success) return { type, ...result.data };
      throw notUnderstood(type, result.error.issues);
    }
    case 'ContactDeleted': {
      const result = contactDeletedSchema.safeParse(value);
      if (result.success) return { type, ...result.data };
      throw notUnderstood(type, result.error.issues);
    }
    default:
      throw new EventNotUnderstood('The event type is not known');
  }
}

function notUnderstood(
  type: string,
  issues: readonly { path: PropertyKey[]; code: string }[],
): EventNotUnderstood {
  const where = issues[0] === undefined ? '' : `${issues[0].path.map(String).join('.')} (${issues[0].code})`;
  return new EventNotUnderstood(`The data of ${type} does not fit its schema at ${where}`);
}
