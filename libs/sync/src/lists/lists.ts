import { type ListDescription } from '../pages/list-description.js';
import { type ListName } from '../runs/sync-list.entity.js';
import { contactsList } from './contacts-list.js';

/** Every list that is synced. */
export const LISTS: Readonly<Record<ListName, ListDescription>> = { contacts: contactsList };
