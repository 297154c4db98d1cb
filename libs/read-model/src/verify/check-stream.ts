import { type ContactRecord, EventNotUnderstood, readContactEvent } from '#contact-events';
import { isWhole, type StreamEvent } from '#event-store';

/** What is wrong with the log itself, at the first event of a contact where something is. */
export interface LogFault {
  readonly contactId: string;
  readonly version: number;
  /**
   * `version-gap`: the versions are not 1, 2, 3, …; `out-of-order`: its position is not behind the version before;
   * `mislabelled`: its data name another contact or version; `unreadable`: its data do not have the published shape.
   */
  readonly fault: 'version-gap' | 'out-of-order' | 'mislabelled' | 'unreadable';
}

/** The events of one contact up to the first that is at fault, without those that only keep their place. */
export interface CheckedStream {
  readonly contactId: string;
  readonly records: readonly ContactRecord[];
  readonly fault: LogFault | null;
}

/** @param events of whole streams, by stream and version */
export function checkStreams(events: readonly StreamEvent[]): CheckedStream[] {
  const streams = new Map<string, StreamEvent[]>();
  for (const event of events) {
    const stream = streams.get(event.streamId);
    if (stream === undefined) streams.set(event.streamId, [event]);
    else stream.push(event);
  }
  return [...streams].map(([contactId, stream]) => checkStream(contactId, stream));
}

function checkStream(contactId: string, stream: readonly StreamEvent[]): CheckedStream {
  const records: ContactRecord[] = [];
  let before = 0n;
  for (const [index, logged] of stream.entries()) {
    const event = isWhole(logged) ? readable(logged) : 'skeleton';
    const fault = faultOf(logged, index + 1, before, event);
    if (fault !== null || event === null) {
      return {
        contactId,
        records,
        fault: { contactId, version: logged.version, fault: fault ?? 'unreadable' },
      };
    }
    if (event !== 'skeleton') records.push({ position: logged.position, event });
    before = logged.position;
  }
  return { contactId, records, fault: null };
}

function faultOf(
  { streamId, version, position }: StreamEvent,
  place: number,
  before: bigint,
  event: ContactRecord['event'] | 'skeleton' | null,
): LogFault['fault'] | null {
  if (version !== place) return 'version-gap';
  if (position <= before) return 'out-of-order';
  if (event === null) return 'unreadable';
  if (event === 'skeleton') return null;
  return event.contactId === streamId && event.version === version ? null : 'mislabelled';
}

function readable({
  type,
  data,
}: {
  readonly type: string;
  readonly data: string;
}): ContactRecord['event'] | null {
  try {
    return readContactEvent(type, data);
  } catch (error) {
    if (error instanceof EventNotUnderstood) return null;
    throw error;
  }
}
