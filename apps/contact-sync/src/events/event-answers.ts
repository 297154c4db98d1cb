import { maskedData, toCloudEvent } from '#contact-events';
import { isWhole, type StoredEvent } from '#event-store';

/**
 * JSON of the CloudEvent of each event, as consumers get it; empty for a skeleton, which nobody gets.
 *
 * @param isShown false: of each event's data nothing but what {@link maskedData} needs was read
 */
export function* eventAnswers(
  events: readonly StoredEvent[],
  publicUrl: string,
  isShown: boolean,
): Generator<string> {
  for (const event of events) {
    if (!isWhole(event)) {
      yield '';
      continue;
    }
    const envelope = toCloudEvent({ ...event, contactId: event.streamId }, publicUrl);
    yield JSON.stringify(
      isShown
        ? { ...envelope, data: JSON.parse(event.data) as object }
        : // Its schema is that of the whole data.
          { ...envelope, dataschema: undefined, data: maskedData(event.type, event.data) },
    );
  }
}
