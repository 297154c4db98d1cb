import { ErasureEntity } from './erasure.entity.js';
import { Erasures as ErasuresTable } from './migrations/erasures.js';

export { DisconnectAccountCommand } from './disconnect-account/disconnect-account.command.js';
export { DisconnectAccountHandler } from './disconnect-account/disconnect-account.handler.js';
export { EraseAccountCommand } from './erase-account/erase-account.command.js';
export { EraseAccountHandler } from './erase-account/erase-account.handler.js';
export { type Erasure, ERASURE_STEPS } from './erasure.entity.js';
export { Erasures } from './erasures.js';
export { GrantRevocation } from './grant-revocation.js';
export { type ErasureLedger, type ErasureRecord } from './ledger/erasure-ledger.js';
export { FileErasureLedger } from './ledger/file-erasure-ledger.js';
export { readErasureRecord } from './ledger/read-erasure-record.js';
export { OffboardingWorker } from './offboarding-worker.js';
export { requestErasures } from './request-erasures.sql.js';
export {
  type ErasureReport,
  ErasureVerification,
  type PublishedTraces,
  type TopicTraces,
} from './verify-erased/erasure-verification.js';

export const offboardingEntities = [ErasureEntity];
export const offboardingMigrations = [{ name: '0027-erasures', class: ErasuresTable }];
