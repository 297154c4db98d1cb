export { type ApiToken, type Scope } from './config/api-tokens.js';
export {
  type Configuration,
  ConfigurationError,
  configurationVariables,
  type DatabaseConfiguration,
  type KafkaConfiguration,
  readConfiguration,
  readDatabaseConfiguration,
  readPublishingConfiguration,
  type Role,
} from './config/configuration.js';
export { boundChanges, boundSql, type Change, type Notice } from './database/bound-sql.js';
export { migrate, pendingMigrations } from './database/migrate.js';
export { type Channel, Notifications } from './database/notifications.js';
export { connectDatabase, type DatabaseParts, ormOptions } from './database/orm.js';
export { isPassing } from './database/passing-error.js';
export { PLAN_ANEW } from './database/prepared-statements.js';
export { Problem } from './http/problem.js';
