/**
 * SQL of the id that the copy of a contact gets: made from both ids, so that it is the same in every table, and marked
 * as a UUID of version 5, as the ids of contacts are; readers of events refuse others.
 *
 * @param account an expression for the id of the account that the copy is for
 * @param contact one for the id of the contact
 */
export function copiedId(account: string, contact: string): string {
  const digest = `md5(${account}::text || ${contact}::text)`;
  return `overlay(overlay(${digest} placing '5' from 13) placing 'a' from 17)::uuid`;
}
