import { useAccount } from '../api/ask.js';

/** The name of an account, asked for once. */
export function AccountName({ id }: { readonly id: string }) {
  const { data } = useAccount(id);
  return <span dir="auto">{data?.name ?? id.slice(0, 8)}</span>;
}
