import { Inject, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { SqlEntityManager } from '@mikro-orm/postgresql';
import {
  AccountGrants,
  Accounts,
  BeginSignInHandler,
  CompleteSignInHandler,
  ConnectAccountCommand,
  ConnectAccountHandler,
  RefreshTokenVault,
} from '#accounts';
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
        new GooglePeopleSources(googleClientSettings(configuration), configuration.SYNC_PAGE_SIZE),
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
    {
      provide: RefreshTokenVault,
      inject: [CONFIGURATION],
      useFactory: (configuration: Configuration) => new RefreshTokenVault(configuration.ENCRYPTION_KEY),
    },
    madeOf(Accounts, SqlEntityManager),
    madeOf(AccountGrants, SqlEntityManager, RefreshTokenVault),
    BeginSignInHandler,
    CompleteSignInHandler,
    ConnectAccountHandler,
  ],
  exports: [Accounts, AccountGrants, GooglePeopleSources],
})
export class AccountsModule implements OnApplicationBootstrap {
  constructor(
    private readonly commands: CommandBus,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { GOOGLE_REFRESH_TOKEN: refreshToken } = this.configuration;
    if (refreshToken === undefined) return;
    const grant = { name: DEFAULT_ACCOUNT, refreshToken };
    const { state } = await this.commands.execute(new ConnectAccountCommand(grant));
    if (state !== 'connected') {
      this.log.warn('Google has refused this GOOGLE_REFRESH_TOKEN before: give a new one, or sign in');
    }
  }
}
