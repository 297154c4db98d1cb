import { Leases } from './migrations/leases.js';
import { Processes } from './migrations/processes.js';

export { Backoff, type OutageMessage, OUTAGES } from './backoff/backoff.js';
export { type ApiToken, type Scope, SCOPES, TOKEN_NAME } from './config/api-tokens.js';
export {
  type Configuration,
  ConfigurationError,
  type DatabaseConfiguration,
  type DatabaseUrls,
  type KafkaConfiguration,
  configurationVariables,
  type DocumentedVariable,
  documentedVariables,
  isOpenToAnyone,
  readConfiguration,
  readDatabaseConfiguration,
  readKeysConfiguration,
  readPublishingConfiguration,
  type Role,
  ROLES,
  secretVariables,
  type TracingConfiguration,
} from './config/configuration.js';
export { country } from './config/country.js';
export { formatDuration, parseDuration } from './config/duration.js';
export { type RateLimit } from './config/rate-limit.js';
export { proxyOf } from './config/proxy.js';
export { type Change, type Notice, boundChanges, boundSql } from './database/bound-sql.js';
export { counted } from './counted.js';
export { arrayText, binaryArray, valuesOf } from './database/binary-array.js';
export { isoTime } from './database/iso-time.js';
export { columnsOf, plainRow, plainRows } from './database/plain-rows.js';
export { containing } from './database/containing.js';
export { migrate, schemaStanding } from './database/migrate.js';
export { MIGRATION_LIMITS } from './database/migration-limits.js';
export { type Channel, type Subscriptions } from './database/channels.js';
export { Notifications } from './database/notifications.js';
export { connectDatabase, type DatabaseParts, MIGRATIONS_TABLE, ormOptions } from './database/orm.js';
export { poolFigures, type PoolFigures } from './database/pool-figures.js';
export { leadsThroughPooler } from './database/pooler.js';
export { DatabasePulse } from './database/database-pulse.js';
export { limitStatements, requestWork, workForRequest } from './database/statement-limit.js';
export {
  CONNECTION_LACKS,
  type ConnectionLackMessage,
  type DatabaseTrouble,
  databaseTrouble,
  LACKING_CONNECTIONS,
} from './database/database-trouble.js';
export { isLockedOut, isPassing } from './database/passing-error.js';
export { PLAN_ANEW } from './database/connections.js';
export { WakeUp } from './database/wake-up.js';
export { CodedError } from './errors/coded-error.js';
export { acquireLease } from './lease/acquire-lease.sql.js';
export { changeUnderLease, changeUnderLeases, commit } from './lease/change-under-lease.js';
export { fenceEverybodyOut } from './lease/fence-everybody-out.sql.js';
export { holdLease, type HoldOptions } from './lease/hold-lease.js';
export { type Lease, LEASE_MS, LeaseLost } from './lease/lease.js';
export { LOCK_AND_RENEW_LEASE, LOCK_LEASE, sqlUnderLease } from './lease/lock-lease.sql.js';
export { leasesToRelease, releaseLease } from './lease/release-lease.sql.js';
export { renewLease, retakeLease } from './lease/renew-lease.sql.js';
export { isFree, leasesToPrepare, preparingLeases, taking } from './lease/take-lease.sql.js';
export { createLog } from './log/create-log.js';
export { errorForLog, errorType } from './log/error-for-log.js';
export { type WorkLog } from './log/work-log.js';
export {
  BEAT_MS,
  forgetProcess,
  type LiveProcess,
  liveProcesses,
  processesBefore,
  sayThatItLives,
} from './process/live-processes.sql.js';
export { EX_CONFIG, refuseToStart } from './process/refuse-to-start.js';
export { forRun } from './traces/run-in-hand.js';
export {
  type Note,
  type Step,
  traced,
  type TracedRun,
  traceparentOf,
  type Tracer,
  traceRun,
  traceWith,
} from './traces/traces.js';
export { csvRow } from './csv-row.js';
export { inSteps } from './in-steps.js';
export { ReadAhead } from './read-ahead.js';
export { Turns } from './turns.js';

export const platformMigrations = [
  { name: '0007-leases', class: Leases },
  { name: '0048-processes', class: Processes },
];
export { isUuid } from './ids/is-uuid.js';
export { hashOf } from './ids/secret-hash.js';
export { fitting, LARGEST_PAGE_BYTES } from './paging/fitting.js';
export { cursorPart, decodeCursor, encodeCursor } from './paging/cursor.js';
export { type ListOrder, newestFirst, type Page, type PageRequest } from './paging/keyset-page.js';
export { pageOfRows } from './paging/page-of-rows.js';
