import { type Contact } from '../api/contacts.js';

/** What a contact is, in a line: `Senior buyer at Halden Trading`. Empty where nothing says it. */
export function occupation({ organizations }: Pick<Contact, 'organizations'>): string {
  const [main] = organizations;
  const { title = null, name = null } = main ?? {};
  return [title, name].filter((part) => part !== null && part !== '').join(' at ');
}

/** What stands below a name in a list: what was found there, else the organisation, else how the contact is reached. */
export function secondLine(contact: Contact, isFound: (text: string) => boolean): string {
  const { organizations, emailAddresses, phoneNumbers, nicknames } = contact;
  const lines = [
    ...organizations.map(({ name, title }) =>
      [name, title].filter((part) => part !== null && part !== '').join(', '),
    ),
    ...emailAddresses.map(({ value }) => value),
    ...phoneNumbers.map(({ value }) => value),
    ...nicknames,
  ].filter((line) => line !== '' && line !== contact.displayName);
  return lines.find(isFound) ?? lines[0] ?? '';
}
