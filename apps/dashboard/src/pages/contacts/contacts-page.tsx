import { useTitle } from '../../shell/title.js';

export function ContactsPage(_: { readonly id?: string | undefined }) {
  useTitle('Contacts');
  return <h1>Contacts</h1>;
}
