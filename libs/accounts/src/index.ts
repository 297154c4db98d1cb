import { AccountEntity } from './account.entity.js';
import { ConnectLinkEntity } from './links/connect-link.entity.js';
import { AccountOrder } from './migrations/account-order.js';
import { AccountsToRevoke } from './migrations/accounts-to-revoke.js';
import { AccountRegionColumn } from './migrations/account-regions.js';
import { ConnectLinkTable } from './migrations/connect-links.js';
import { ConnectionTimes } from './migrations/connection-times.js';
import { DelegatedAccounts } from './migrations/delegated-accounts.js';
import { SignInOutcomes } from './migrations/sign-in-outcomes.js';
import { SignInsOfBrowsers } from './migrations/sign-ins-of-browsers.js';
import { SignInEntity } from './sign-in/sign-in.entity.js';

export { type Account, AccountEntity, type AccountState } from './account.entity.js';
export { AccountRegions } from './account-regions.js';
export { accountErasing, accountNotFound, Accounts } from './accounts.js';
export { ChangeAccountCommand } from './change-account/change-account.command.js';
export { ChangeAccountHandler, SyncSchedules } from './change-account/change-account.handler.js';
export { ConnectAccountCommand } from './connect-account/connect-account.command.js';
export { ConnectAccountHandler } from './connect-account/connect-account.handler.js';
export { ConnectSubjectsCommand } from './connect-subjects/connect-subjects.command.js';
export { ConnectSubjectsHandler } from './connect-subjects/connect-subjects.handler.js';
export { GivenToken } from './given-token/given-token.js';
export { AccountGrants } from './grants/account-grants.js';
export { ForgetKeyCommand } from './grants/forget-key/forget-key.command.js';
export { ForgetKeyHandler } from './grants/forget-key/forget-key.handler.js';
export { GrantKeys, type KeyUse } from './grants/grant-keys.js';
export { type Rotation } from './grants/rotate-grants/rotate-grants.command.js';
export { RotateGrantsHandler } from './grants/rotate-grants/rotate-grants.handler.js';
export { ACCOUNT_REFERENCE } from './account-reference.js';
export { ConnectLinks } from './links/connect-links.js';
export { CreateConnectLinkCommand } from './links/create-connect-link/create-connect-link.command.js';
export { CreateConnectLinkHandler } from './links/create-connect-link/create-connect-link.handler.js';
export { forgetLinks } from './links/forget-links.sql.js';
export { ReturnUrls } from './links/return-urls.js';
export { RefreshTokenVault } from './grants/refresh-token-vault.js';
export { idOfSecret } from './secret-id.js';
export { BeginSignInCommand } from './sign-in/begin-sign-in/begin-sign-in.command.js';
export { SignIns } from './sign-in/sign-ins.js';
export { SIGN_IN_MS } from './sign-in/sign-in-lifetime.js';
export { BeginSignInHandler } from './sign-in/begin-sign-in/begin-sign-in.handler.js';
export { CompleteSignInCommand } from './sign-in/complete-sign-in/complete-sign-in.command.js';
export { CompleteSignInHandler } from './sign-in/complete-sign-in/complete-sign-in.handler.js';

export const accountEntities = [AccountEntity, SignInEntity, ConnectLinkEntity];
export const accountMigrations = [
  { name: '0015-sign-in-outcomes', class: SignInOutcomes },
  { name: '0018-account-regions', class: AccountRegionColumn },
  { name: '0020-sign-ins-of-browsers', class: SignInsOfBrowsers },
  { name: '0021-connect-links', class: ConnectLinkTable },
  { name: '0022-delegated-accounts', class: DelegatedAccounts },
  { name: '0031-connection-times', class: ConnectionTimes },
  { name: '0041-account-order', class: AccountOrder },
  { name: '0051-accounts-to-revoke', class: AccountsToRevoke },
];
