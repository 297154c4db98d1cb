import { Module } from '@nestjs/common';
import { SqlEntityManager } from '@mikro-orm/postgresql';
import {
  Credentials,
  EndSessionHandler,
  IssuedTokens,
  IssueTokenHandler,
  OpenIdProvider,
  OpenSessionHandler,
  PersonScopes,
  RevokeTokenHandler,
  Sessions,
} from '#access';
import { type Configuration } from '#platform';

import { CONFIGURATION } from '../injection-tokens.js';
import { madeOf } from '../made-of.js';
import { oidcCallbackUrl } from './oidc-cookie.js';
import { OidcController } from './oidc.controller.js';
import { SessionController } from './session.controller.js';
import { TokensController } from './tokens.controller.js';

/** Who may call: API_TOKENS, tokens that are issued here, and sessions of browsers. */
@Module({
  controllers: [TokensController, SessionController, OidcController],
  providers: [
    {
      provide: Credentials,
      inject: [CONFIGURATION, SqlEntityManager],
      useFactory: ({ API_TOKENS }: Configuration, em: SqlEntityManager) => new Credentials(API_TOKENS, em),
    },
    {
      provide: OpenIdProvider,
      inject: [CONFIGURATION],
      useFactory: openIdProvider,
    },
    {
      provide: PersonScopes,
      inject: [CONFIGURATION],
      useFactory: ({ OIDC_ISSUER: issuer, OIDC_SCOPES: scopes }: Configuration) =>
        issuer === undefined || scopes === undefined ? null : new PersonScopes(issuer, scopes),
    },
    {
      provide: Sessions,
      inject: [CONFIGURATION, SqlEntityManager, Credentials, PersonScopes],
      useFactory: (
        { SESSION_IDLE }: Configuration,
        em: SqlEntityManager,
        credentials: Credentials,
        persons: PersonScopes | null,
      ) => new Sessions(em, credentials, persons, SESSION_IDLE),
    },
    {
      provide: OpenSessionHandler,
      inject: [CONFIGURATION, SqlEntityManager, Credentials, Sessions, PersonScopes],
      useFactory: (
        { SESSION_LIFETIME }: Configuration,
        em: SqlEntityManager,
        credentials: Credentials,
        sessions: Sessions,
        persons: PersonScopes | null,
      ) => new OpenSessionHandler(em, credentials, sessions, persons, SESSION_LIFETIME),
    },
    madeOf(IssuedTokens, SqlEntityManager),
    EndSessionHandler,
    IssueTokenHandler,
    RevokeTokenHandler,
  ],
})
export class AccessModule {}

/** null: nobody signs in by OpenID Connect. */
function openIdProvider({
  OIDC_ISSUER: issuer,
  OIDC_CLIENT_ID: clientId,
  OIDC_CLIENT_SECRET: clientSecret,
  OIDC_GROUPS_CLAIM: groupsClaim,
  PUBLIC_URL: publicUrl,
}: Configuration): OpenIdProvider | null {
  if (issuer === undefined || clientId === undefined || clientSecret === undefined) return null;
  const callbackUrl = oidcCallbackUrl(publicUrl);
  return new OpenIdProvider({ issuer, clientId, clientSecret, callbackUrl, groupsClaim });
}
