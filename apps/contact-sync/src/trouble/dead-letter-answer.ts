import { type RefusedRecord } from '#publishing';
import { type DeadLetter } from '#read-model';
import { isUuid } from '#platform';
import { z } from 'zod';

export const letterSchema = z.object({
  id: z.uuid(),
  refusedBy: z
    .enum(['kafka', 'read-model'])
    .describe('kafka: it could not be published; read-model: it was published and could not be applied'),
  topic: z.string().describe('Where it lies, or which topic refuses it'),
  partition: z.int().nullable().describe('Where it lies; null where Kafka refused it'),
  offset: z.string().nullable().describe('Where it lies; null where Kafka refused it'),
  position: z
    .string()
    .nullable()
    .describe("Where Kafka refused it, its event's position in the log; later events of the contact wait"),
  contactId: z.uuid().nullable().describe("The record's key, where it is an id"),
  error: z.string().describe('Why it could not be published, read or applied, without its values'),
  occurredAt: z.iso.datetime(),
  state: z.enum(['open', 'replayed', 'discarded']),
  requested: z
    .enum(['replay', 'discard'])
    .nullable()
    .describe('What somebody has asked for and is not done yet, because nobody publishes at the moment'),
});

export type LetterAnswer = z.infer<typeof letterSchema>;

/** Of a record that the read model could not take. */
export function letterAnswer(letter: DeadLetter): LetterAnswer {
  const key = letter.key?.toString() ?? '';
  return {
    id: letter.id,
    refusedBy: 'read-model',
    topic: letter.topic,
    partition: letter.partition,
    offset: String(letter.offset),
    position: null,
    contactId: isUuid(key) ? key : null,
    error: letter.error,
    occurredAt: letter.occurredAt.toISOString(),
    state: letter.state,
    requested: null,
  };
}

/** Of a record that Kafka refused. */
export function refusedAnswer(record: RefusedRecord): LetterAnswer {
  return {
    id: record.id,
    refusedBy: 'kafka',
    topic: record.topic,
    partition: null,
    offset: null,
    position: String(record.position),
    contactId: record.contactId,
    error: record.error,
    occurredAt: record.occurredAt.toISOString(),
    state: record.state,
    requested: record.requested,
  };
}
