// Made by npm run docs:schemas.
import ContactUpdatedV1 from './contact-updated/1.json' with { type: 'json' };
import ContactDeletedV1 from './contact-deleted/1.json' with { type: 'json' };
import AccountConnectedV1 from './account-connected/1.json' with { type: 'json' };
import AccountSyncedV1 from './account-synced/1.json' with { type: 'json' };
import AccountNeedsSignInV1 from './account-needs-sign-in/1.json' with { type: 'json' };
import AccountDisconnectedV1 from './account-disconnected/1.json' with { type: 'json' };
import AccountErasedV1 from './account-erased/1.json' with { type: 'json' };

const SCHEMAS = {
  'contact-updated/1.json': ContactUpdatedV1,
  'contact-deleted/1.json': ContactDeletedV1,
  'account-connected/1.json': AccountConnectedV1,
  'account-synced/1.json': AccountSyncedV1,
  'account-needs-sign-in/1.json': AccountNeedsSignInV1,
  'account-disconnected/1.json': AccountDisconnectedV1,
  'account-erased/1.json': AccountErasedV1,
};

export function schemaFor(dataschema) {
  const [, file] = /\/api\/schemas\/([^/]+\/[^/]+)$/.exec(dataschema) ?? [];
  return Object.hasOwn(SCHEMAS, file) ? SCHEMAS[file] : undefined;
}
