import { Command } from '@nestjs/cqrs';
import { type CountryCode } from 'libphonenumber-js/max';

import { type Account } from '../account.entity.js';

/** What people may set; what is left out stays as it is. */
export interface AccountChange {
  /** Time between its scheduled syncs in ms; null: SYNC_INTERVAL. */
  readonly interval?: number | null | undefined;
  /** Whether its schedule rests; what somebody asks for is done all the same. */
  readonly paused?: boolean | undefined;
  /** Where its phone numbers are dialled that do not tell their country; null: in DEFAULT_REGION. */
  readonly region?: CountryCode | null | undefined;
  /** What another product calls it, see {@link ACCOUNT_REFERENCE}; null: nothing. */
  readonly reference?: string | null | undefined;
}

/** Changes what an account is set to; answers with the account as it is then. */
export class ChangeAccountCommand extends Command<Account> {
  constructor(
    readonly accountId: string,
    readonly change: AccountChange,
    /** The entry of the audit that is to say what changed. */
    readonly entryId: string,
  ) {
    super();
  }
}
