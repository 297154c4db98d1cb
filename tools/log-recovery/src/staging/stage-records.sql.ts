import { STAGED_COLUMNS } from './create-staged-records.sql.js';

/**
 * Stages records; there is one array a column, in the order of STAGED_COLUMNS. Not the ORM's: the table is a temporary
 * one, and a thousand rows go in at a time.
 */
export const STAGE_RECORDS = `
  insert into staged_records (${Object.keys(STAGED_COLUMNS).join(', ')})
  select * from unnest(${Object.values(STAGED_COLUMNS)
    .map((type, index) => `$${index + 1}::${type.replace(' not null', '')}[]`)
    .join(', ')})`;
