/** Reading contacts, all that is ever asked for of them. */
export const CONTACTS_SCOPE = 'https://www.googleapis.com/auth/contacts.readonly';
