export { connect, databaseParts, migrateDatabase, openDatabase, openNotifications } from './database.js';
export { lackingRights } from './service-rights.sql.js';
