import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import { SqlEntityManager } from '@mikro-orm/postgresql';
import { Accounts, PendingSignIns, RefreshTokenVault } from '#accounts';
import { PERSON_FIELDS } from '#contact';
import { GooglePeopleSources, GoogleSignIn } from '#google-people';
import { type Configuration } from '#platform';
import { type Logger } from 'pino';

import { ContactsModule } from '../contacts/contacts.module.js';
import { CONFIGURATION, LOGGER } from '../injection-tokens.js';
import { madeOf } from '../made-of.js';
import { AccountsController } from './accounts.controller.js';
import { googleClientSettings } from './google-settings.js';
import { GoogleSignInController } from './google-sign-in.controller.js';

/** The account that GOOGLE_REFRESH_TOKEN connects. */
const DEFAULT_ACCOUNT = 'default';

/** Who is connected, and the way to Google. */
@Module({
  imports: [ContactsModule],
  controllers: [AccountsController, GoogleSignInController],
  providers: [
    {
      provide: GooglePeopleSources,
      inject: [CONFIGURATION],
      useFactory: (configuration: Configuration) =>
        new GooglePeopleSources(
          googleClientSettings(configuration),
          PERSON_FIELDS,
          configuration.SYNC_PAGE_SIZE,
        ),
    },
    {
      provide: GoogleSignIn,
      inject: [CONFIGURATION],
      useFactory: (configuration: Configuration) =>
        new GoogleSignIn(
          googleClientSettings(configuration),
          `${configuration.PUBLIC_URL}/api/auth/google/callback`,
        ),
    },
    madeOf(PendingSignIns, SqlEntityManager),
    {
      provide: Accounts,
      inject: [SqlEntityManager, CONFIGURATION],
      useFactory: (em: SqlEntityManager, configuration: Configuration) =>
        new Accounts(em, new RefreshTokenVault(configuration.ENCRYPTION_KEY)),
    },
  ],
  exports: [Accounts, GooglePeopleSources],
})
export class AccountsModule implements OnModuleInit {
  constructor(
    private readonly accounts: Accounts,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** Before any part of any module is started. */
  async onModuleInit(): Promise<void> {
    const { GOOGLE_REFRESH_TOKEN: refreshToken, SYNC_INTERVAL: intervalMs } = this.configuration;
    if (refreshToken === undefined) return;
    const nextSyncAt = new Date(Date.now() + (intervalMs ?? 0));
    const { state } = await this.accounts.connectNamed(DEFAULT_ACCOUNT, refreshToken, nextSyncAt);
    if (state !== 'connected') {
      this.log.warn('Google has refused this GOOGLE_REFRESH_TOKEN before: give a new one, or sign in');
    }
  }
}
