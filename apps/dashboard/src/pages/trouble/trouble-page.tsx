import { useTitle } from '../../shell/title.js';

export function TroublePage({ id }: { readonly id?: string | undefined }) {
  useTitle('Trouble');
  return <h1 data-opened={id}>Trouble</h1>;
}
