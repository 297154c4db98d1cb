import { type ContactColumn, rowsOfParameter } from './contact.entity.js';
import { MOVED_CHECKPOINT } from './move-checkpoint.sql.js';

/**
 * Writes a batch of rows, where the checkpoint was moved with it. A row only ever moves to a higher version. The rows
 * are one JSON parameter; a contact may be in it once only (PostgreSQL refuses the upsert with 21000 otherwise).
 *
 * It is SQL because MikroORM has no such guard in an upsert and writes literals into its text: with the trigram index
 * this wrote 8,300 to 9,600 rows a second, `em.upsertMany` 4,000 (docs/adr/0017-bulk-statements.md). Conflicts are found
 * by the primary key.
 */
export function upsertContacts(table: string, columns: readonly ContactColumn[]): string {
  const changes = columns
    .filter(({ property }) => property !== 'id')
    .map(({ name }) => `${name} = excluded.${name}`);
  return `
    insert into ${table} (${columns.map(({ name }) => name).join(', ')})
    select ${columns.map(({ property }) => `"${property}"`).join(', ')}
    from ${rowsOfParameter(columns)} where exists (select from ${MOVED_CHECKPOINT})
    on conflict (id) do update set ${changes.join(', ')}
    where ${table}.version < excluded.version`;
}
