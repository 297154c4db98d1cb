import { type BeforeApplicationShutdown, Inject, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { SqlEntityManager } from '@mikro-orm/postgresql';
import {
  AccountGrants,
  Accounts,
  BeginSignInHandler,
  ChangeAccountHandler,
  CompleteSignInHandler,
  ConnectAccountHandler,
  ConnectLinks,
  ConnectSubjectsHandler,
  CreateConnectLinkHandler,
  GivenToken,
  GrantKeys,
  RefreshTokenVault,
  ReturnUrls,
  SyncSchedules,
  SignIns,
} from '#accounts';
import { GooglePeopleSources, GoogleSignIn, ProjectQuota, SharedQuota } from '#google-people';
import { Erasures } from '#offboarding';
import { type Configuration } from '#platform';
import { SettingChanges } from '#audit';
import { ContactCounts } from '#read-model';
import { AccountStandings, Figures, Runs, ScheduledLists, SyncLists, Timeline } from '#sync';
import { type Logger } from 'pino';

import { ContactsModule } from '../contacts/contacts.module.js';
import { CONFIGURATION, LOGGER } from '../injection-tokens.js';
import { madeOf } from '../made-of.js';
import { QuotaModule } from '../quota/quota.module.js';
import { StandingModule } from '../standing/standing.module.js';
import { SyncTimes } from '../standing/sync-times.js';
import { AccountAnswers } from './account-answers.js';
import { AccountFacts } from './account-facts.js';
import { AccountsController } from './accounts.controller.js';
import { ConnectLinksController } from './connect-links.controller.js';
import { googleClientSettings } from './google-settings.js';
import { GoogleSignInController } from './google-sign-in.controller.js';
import { callbackUrl } from './sign-in-cookie.js';
import { ServiceRefusals } from './service-refusals.js';

/** Connects the account of GOOGLE_REFRESH_TOKEN; null where that is not set. */
const GIVEN_TOKEN = Symbol('given token');

/** Who is connected, and the way to Google. */
@Module({
  imports: [ContactsModule, QuotaModule, StandingModule],
  controllers: [AccountsController, ConnectLinksController, GoogleSignInController],
  providers: [
    {
      provide: GooglePeopleSources,
      inject: [CONFIGURATION, ProjectQuota],
      useFactory: (configuration: Configuration, quota: ProjectQuota) =>
        new GooglePeopleSources(
          googleClientSettings(configuration),
          configuration.SYNC_PAGE_SIZE,
          new SharedQuota(quota, configuration.GOOGLE_QUOTA_PER_PERSON_PER_MINUTE ?? null),
        ),
    },
    {
      provide: GoogleSignIn,
      inject: [CONFIGURATION],
      useFactory: (configuration: Configuration) =>
        new GoogleSignIn(googleClientSettings(configuration), callbackUrl(configuration.PUBLIC_URL)),
    },
    {
      provide: RefreshTokenVault,
      inject: [CONFIGURATION, SqlEntityManager],
      // Nobody gets a vault that lacks a key: what it cannot decrypt would be found at the next sync, or overwritten.
      useFactory: async ({ ENCRYPTION_KEY: keys }: Configuration, em: SqlEntityManager) => {
        const vault = new RefreshTokenVault(keys);
        await new GrantKeys(em, vault).requireAll();
        return vault;
      },
    },
    {
      provide: GIVEN_TOKEN,
      inject: [CONFIGURATION, SqlEntityManager, AccountGrants, GooglePeopleSources, CommandBus, LOGGER],
      useFactory: (
        { GOOGLE_REFRESH_TOKEN: refreshToken }: Configuration,
        em: SqlEntityManager,
        grants: AccountGrants,
        google: GooglePeopleSources,
        commands: CommandBus,
        log: Logger,
      ) =>
        refreshToken === undefined ? null : new GivenToken(refreshToken, em, grants, google, commands, log),
    },
    madeOf(Accounts, SqlEntityManager, GIVEN_TOKEN),
    {
      provide: SyncSchedules,
      inject: [CONFIGURATION],
      useFactory: ({ SYNC_INTERVAL }: Configuration) => new ScheduledLists(SYNC_INTERVAL),
    },
    madeOf(AccountGrants, SqlEntityManager, RefreshTokenVault),
    madeOf(Erasures, SqlEntityManager),
    madeOf(Timeline, SqlEntityManager),
    madeOf(AccountFacts, Accounts, Runs, SyncLists, ContactCounts, SyncTimes),
    madeOf(AccountAnswers, AccountStandings, AccountFacts, Figures, SettingChanges, Erasures),
    madeOf(ServiceRefusals, LOGGER),
    {
      provide: ReturnUrls,
      inject: [CONFIGURATION],
      useFactory: ({ RETURN_URLS }: Configuration) => new ReturnUrls(RETURN_URLS),
    },
    madeOf(ConnectLinks, SqlEntityManager),
    madeOf(SignIns, SqlEntityManager),
    BeginSignInHandler,
    ChangeAccountHandler,
    ConnectSubjectsHandler,
    CreateConnectLinkHandler,
    CompleteSignInHandler,
    ConnectAccountHandler,
  ],
  exports: [Accounts, AccountFacts, AccountGrants, GooglePeopleSources, RefreshTokenVault],
})
export class AccountsModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(@Inject(GIVEN_TOKEN) private readonly given: GivenToken | null) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.given?.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.given?.stop();
  }
}
