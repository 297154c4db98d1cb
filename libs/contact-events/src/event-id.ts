import { v5 as uuidv5 } from 'uuid';

/** The CloudEvents id of a contact's version: the same for every delivery, whoever computes it. */
export function eventId(contactId: string, version: number): string {
  return uuidv5(String(version), contactId);
}
