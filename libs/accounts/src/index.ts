import { AccountEntity } from './account.entity.js';

export { type Account, AccountEntity } from './account.entity.js';
export { Accounts } from './accounts.js';
export { RefreshTokenVault } from './grant/refresh-token-vault.js';
export { PendingSignIns } from './sign-in/pending-sign-ins.js';

export const accountEntities = [AccountEntity];
