import { useTitle } from '../../shell/title.js';

export function TroublePage(_: { readonly id?: string | undefined }) {
  useTitle('Trouble');
  return <h1>Trouble</h1>;
}
