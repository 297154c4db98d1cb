export { type FeedLogger, OUTAGES, Backoff, type OutageMessage } from './backoff/backoff.js';
export { type ApiToken, type Scope } from './config/api-tokens.js';
export {
  type Configuration,
  ConfigurationError,
  type DatabaseConfiguration,
  type KafkaConfiguration,
  configurationVariables,
  readConfiguration,
  readDatabaseConfiguration,
  readPublishingConfiguration,
  type Role,
} from './config/configuration.js';
export { type Change, type Notice, boundChanges, boundSql } from './database/bound-sql.js';
export { migrate, pendingMigrations } from './database/migrate.js';
export { type Channel, Notifications } from './database/notifications.js';
export { connectDatabase, type DatabaseParts, ormOptions } from './database/orm.js';
export { isPassing } from './database/passing-error.js';
export { PLAN_ANEW } from './database/prepared-statements.js';
export { WakeUp } from './database/wake-up.js';
export { Problem } from './http/problem.js';
export { CodedError } from './errors/coded-error.js';
export { isUuid } from './ids/is-uuid.js';
export { createLog } from './log/create-log.js';
export { errorForLog } from './log/short-error.js';
export { cursorPart, decodeCursor, encodeCursor } from './paging/cursor.js';
export { newestFirst, type Page, type PageRequest } from './paging/newest-first.js';
export { refuseToStart } from './process/refuse-to-start.js';
export { ReadAhead } from './read-ahead.js';
