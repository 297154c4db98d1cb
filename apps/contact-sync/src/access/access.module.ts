import { Module } from '@nestjs/common';
import { SqlEntityManager } from '@mikro-orm/postgresql';
import {
  Credentials,
  EndSessionHandler,
  IssuedTokens,
  IssueTokenHandler,
  OpenSessionHandler,
  RevokeTokenHandler,
  Sessions,
} from '#access';
import { type Configuration } from '#platform';

import { CONFIGURATION } from '../injection-tokens.js';
import { madeOf } from '../made-of.js';
import { SessionController } from './session.controller.js';
import { TokensController } from './tokens.controller.js';

/** Who may call: API_TOKENS, tokens that are issued here, and sessions of browsers. */
@Module({
  controllers: [TokensController, SessionController],
  providers: [
    {
      provide: Credentials,
      inject: [CONFIGURATION, SqlEntityManager],
      useFactory: ({ API_TOKENS }: Configuration, em: SqlEntityManager) => new Credentials(API_TOKENS, em),
    },
    {
      provide: Sessions,
      inject: [CONFIGURATION, SqlEntityManager, Credentials],
      useFactory: ({ SESSION_IDLE }: Configuration, em: SqlEntityManager, credentials: Credentials) =>
        new Sessions(em, credentials, null, SESSION_IDLE),
    },
    {
      provide: OpenSessionHandler,
      inject: [CONFIGURATION, SqlEntityManager, Credentials, Sessions],
      useFactory: (
        { SESSION_LIFETIME }: Configuration,
        em: SqlEntityManager,
        credentials: Credentials,
        sessions: Sessions,
      ) => new OpenSessionHandler(em, credentials, sessions, null, SESSION_LIFETIME),
    },
    madeOf(IssuedTokens, SqlEntityManager),
    EndSessionHandler,
    IssueTokenHandler,
    RevokeTokenHandler,
  ],
})
export class AccessModule {}
