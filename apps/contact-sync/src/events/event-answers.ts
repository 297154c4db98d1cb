import { maskedData, toCloudEvent } from '#contact-events';
import { isWhole, type StoredEvent } from '#event-store';
import { z } from 'zod';

export const TYPES = ['ContactUpdated', 'ContactDeleted'] as const;

export const eventSchema = z.looseObject({
  specversion: z.literal('1.0'),
  id: z.uuid(),
  source: z.string(),
  type: z.enum(TYPES),
  subject: z.uuid().describe('The contact'),
  time: z.iso.datetime(),
  dataschema: z.string().optional().describe('Left out where the data are masked'),
  contactversion: z.string().describe("The contact's version, zero-padded to 10 digits"),
  position: z.string().describe('Global position in the event log'),
  accountref: z
    .string()
    .optional()
    .describe('What the account was known by when the event was made; left out where it had no reference'),
  data: z
    .looseObject({})
    .describe('Without the scope `read`: `masked: true`, and nothing of what the contact says'),
});

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
