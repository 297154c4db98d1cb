import { CodedError } from '#platform';
import { type Request } from 'express';

export const REASON_HEADER = 'X-Audit-Reason';

const REASON = /^[^\p{C}\ufffd]{1,200}$/u;

/** Why a caller says that they do something. @throws CodedError invalid-request */
export function reasonOf(request: Request): string | null {
  const given = request.get(REASON_HEADER);
  if (given === undefined) return null;
  // Node.js reads each byte of a header as a character.
  const reason = Buffer.from(given, 'latin1').toString('utf8').trim();
  if (REASON.test(reason)) return reason;
  throw new CodedError(
    'invalid-request',
    `${REASON_HEADER} must be 1 to 200 characters in UTF-8, without control characters.`,
  );
}
