export { connect, databaseParts, migrateDatabase, openDatabase, openNotifications } from './database.js';
