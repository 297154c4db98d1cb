import { errorForLog } from '#platform';

/**
 * What a broker says of records that it will never take, however often they are sent. Of several records that were sent
 * together it may be one that is at fault, or their number.
 *
 * https://kafka.apache.org/protocol.html#protocol_error_codes
 */
export const REFUSALS = [
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'INVALID_RECORD',
  'POLICY_VIOLATION',
] as const;

/** The one of {@link REFUSALS} that an error of kafkajs is; null: none. */
export function refusal(error: unknown): string | null {
  const { code } = errorForLog(error);
  return REFUSALS.find((refused) => refused === code) ?? null;
}
