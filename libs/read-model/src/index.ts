import { ReadModel } from './migrations/read-model.js';

export { type ContactList, type ContactListRequest, ContactQueries } from './contact-queries.js';
export { CursorNotUnderstood } from './list-cursor.js';
export { LIVE_CONTACTS, Projection, type ProjectionTarget } from './projection.js';
export { ReadModelProgress } from './read-model-progress.js';

export const readModelMigrations = [{ name: '0004-read-model', class: ReadModel }];
