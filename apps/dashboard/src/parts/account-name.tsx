import { useAccountName } from '../api/ask.js';

export function AccountName({ id }: { readonly id: string }) {
  return <span dir="auto">{useAccountName(id) ?? id.slice(0, 8)}</span>;
}
