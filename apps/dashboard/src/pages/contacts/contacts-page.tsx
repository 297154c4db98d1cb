import { useTitle } from '../../shell/title.js';

export function ContactsPage({ id }: { readonly id?: string | undefined }) {
  useTitle('Contacts');
  return <h1 data-opened={id}>Contacts</h1>;
}
