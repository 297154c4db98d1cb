import { ApiTokenTable } from './migrations/api-tokens.js';
import { SessionTable } from './migrations/sessions.js';
import { SessionEntity } from './sessions/session.entity.js';
import { ApiTokenEntity } from './tokens/api-token.entity.js';

export { Credentials } from './credentials.js';
export { OpenIdProvider, type SignInSecret } from './oidc/open-id-provider.js';
export { type Principal } from './principal.js';
export { EndSessionCommand } from './sessions/end-session/end-session.command.js';
export { EndSessionHandler } from './sessions/end-session/end-session.handler.js';
export { OpenSessionCommand } from './sessions/open-session/open-session.command.js';
export { OpenSessionHandler } from './sessions/open-session/open-session.handler.js';
export { PersonScopes } from './sessions/person-scopes.js';
export { type Session, Sessions } from './sessions/sessions.js';
export { type IssuedToken } from './tokens/api-token.entity.js';
export { IssueTokenCommand } from './tokens/issue-token/issue-token.command.js';
export { IssueTokenHandler } from './tokens/issue-token/issue-token.handler.js';
export { IssuedTokens } from './tokens/issued-tokens.js';
export { RevokeTokenCommand } from './tokens/revoke-token/revoke-token.command.js';
export { RevokeTokenHandler } from './tokens/revoke-token/revoke-token.handler.js';

export const accessEntities = [ApiTokenEntity, SessionEntity];
export const accessMigrations = [
  { name: '0028-api-tokens', class: ApiTokenTable },
  { name: '0029-sessions', class: SessionTable },
];
