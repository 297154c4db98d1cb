/**
 * How a run asks Google, from what its list's sync token is good for, as SQL: `mode`, and `fallbackReason` where that is
 * not how it was asked for, else null.
 *
 * @param requested the requested mode, SQL, as `token` and `tokenRequest` of the list are
 * @param fingerprint of the request parameters that the run will ask with, SQL
 */
export function chosenMode(
  requested: string,
  { token, tokenRequest }: { readonly token: string; readonly tokenRequest: string },
  fingerprint: string,
): { readonly mode: string; readonly fallbackReason: string } {
  const fallbackReason = `case when ${requested} = 'full' then null when ${token} is null then 'no-sync-token'
    when ${tokenRequest} is distinct from ${fingerprint} then 'request-changed' end`;
  return {
    mode: `case when ${requested} = 'full' or ${fallbackReason} is not null then 'full' else 'incremental' end`,
    fallbackReason,
  };
}
