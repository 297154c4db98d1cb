export { boundSql } from './database/bound-sql.js';
export { migrate, pendingMigrations } from './database/migrate.js';
export { type Channel, Notifications } from './database/notifications.js';
export { connectDatabase, type DatabaseParts, ormOptions } from './database/orm.js';
