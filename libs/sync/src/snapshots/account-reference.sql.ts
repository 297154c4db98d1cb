/**
 * The metadata that tells an account's reference, as it is when the events are appended; $9 is the account. Within the
 * statement that appends, because a reference may be changed at any time. The primary key of accounts serves it.
 */
export const ACCOUNT_REFERENCE_METADATA = `coalesce((
  select jsonb_build_object('accountRef', reference) from accounts where id = $9 and reference is not null), '{}')`;
