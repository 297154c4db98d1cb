import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { LockMode, SqlEntityManager, UniqueConstraintViolationException } from '@mikro-orm/postgresql';

import { type ChangedSettings, keepSettingChange, type SettingValue } from '#audit';
import { appendAccountEvent } from '#event-store';
import { CodedError, formatDuration } from '#platform';

import { type Account, AccountEntity } from '../account.entity.js';
import { accountErasing, accountNotFound } from '../accounts.js';
import { type AccountChange, ChangeAccountCommand } from './change-account.command.js';

/** Whoever keeps when accounts are synced next. */
export abstract class SyncSchedules {
  abstract intervalChanged(tx: SqlEntityManager, account: Account): Promise<void>;
}

@CommandHandler(ChangeAccountCommand)
export class ChangeAccountHandler implements ICommandHandler<ChangeAccountCommand> {
  constructor(
    private readonly em: SqlEntityManager,
    private readonly schedules: SyncSchedules,
  ) {}

  /** @throws CodedError account-not-found, account-erasing, reference-taken */
  async execute({ accountId, change, entryId }: ChangeAccountCommand): Promise<Account> {
    return this.em.fork().transactional((em) => this.change(em, accountId, change, entryId));
  }

  private async change(
    em: SqlEntityManager,
    accountId: string,
    change: AccountChange,
    entryId: string,
  ): Promise<Account> {
    const lockMode = LockMode.PESSIMISTIC_WRITE;
    const account = await em.findOne(AccountEntity, { id: accountId }, { lockMode });
    if (account === null) throw accountNotFound(accountId);
    if (account.state === 'erasing') throw accountErasing(accountId);
    const before = settingsOf(account);
    if (change.paused !== undefined) account.paused = change.paused;
    if (change.region !== undefined) account.region = change.region;
    if (change.reference !== undefined) account.reference = change.reference;
    if (change.interval !== undefined) account.syncIntervalMs = change.interval;
    await em.flush().catch((error: unknown) => {
      throw error instanceof UniqueConstraintViolationException ? referenceTaken() : error;
    });
    if (change.interval !== undefined) await this.schedules.intervalChanged(em, account);
    const changes = changed(before, settingsOf(account));
    if (Object.keys(changes).length > 0) await keepSettingChange(em, entryId, accountId, changes);
    // Else the account is told of under its new reference when it is connected again.
    if ('reference' in changes && account.state === 'connected') {
      await appendAccountEvent(em, accountId, 'AccountConnected');
    }
    return account;
  }
}

/** As REST has them. */
function settingsOf({ paused, region, reference, syncIntervalMs }: Account) {
  return {
    interval: syncIntervalMs == null ? null : formatDuration(syncIntervalMs),
    paused,
    reference: reference ?? null,
    region: region ?? null,
  } satisfies Record<string, SettingValue>;
}

type Settings = ReturnType<typeof settingsOf>;

function changed(before: Settings, after: Settings): ChangedSettings {
  const names = Object.keys(after) as (keyof Settings)[];
  return Object.fromEntries(
    names
      .filter((name) => before[name] !== after[name])
      .map((name) => [name, { from: before[name], to: after[name] }]),
  );
}

function referenceTaken(): CodedError {
  return new CodedError(
    'reference-taken',
    'Another account has this reference: GET /api/accounts?reference=… names it. Take it away there first, or choose another one.',
  );
}
