import { ReadModel } from './migrations/read-model.js';

export { type ContactLog, type LoggedEvent, type LogLimit } from './contact-log.js';
export { contactDocument } from './contact-document.js';
export {
  type ContactList,
  type ContactListRequest,
  ContactQueries,
  type KnownContact,
} from './contact-queries.js';
export { CursorNotUnderstood } from './list-cursor.js';
export { LIVE_CONTACTS, Projection, type ProjectionTarget } from './projection.js';
export { ReadModelProgress } from './read-model-progress.js';
export { isFollowed } from './rebuild/followers.js';
export { type RebuildParts } from './rebuild/rebuild-contacts.js';
export { type Rebuild, RebuildRequests } from './rebuild/rebuild-requests.js';
export { RebuildWorker } from './rebuild/rebuild-worker.js';
export { type ReadModelReport, Verification } from './verify/verification.js';

export const readModelMigrations = [{ name: '0004-read-model', class: ReadModel }];
