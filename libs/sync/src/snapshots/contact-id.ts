import { v5 as uuidv5 } from 'uuid';

/**
 * The id of a contact: UUIDv5 of the first resource name it was seen under, with the account as namespace, so that
 * every replay and retry gives the same one.
 *
 * @param ordinal 1; 2, 3, … when contacts that have moved to other names hold the ids before
 */
export function contactId(accountId: string, resourceName: string, ordinal: number): string {
  return uuidv5(ordinal === 1 ? resourceName : `${resourceName}#${ordinal}`, accountId);
}
