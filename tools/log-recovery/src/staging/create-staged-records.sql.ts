/**
 * The columns of the temporary table and their types. Where `data` is null, it is a record of the state topic that only
 * says that an older state is over.
 */
export const STAGED_COLUMNS = {
  topic: 'text not null',
  partition: 'integer not null',
  record_offset: 'bigint not null',
  stream_id: 'uuid not null',
  version: 'integer not null',
  position: 'bigint not null',
  account_id: 'uuid',
  type: 'text',
  data: 'text',
  run_id: 'uuid',
  occurred_at: 'timestamptz',
  account_ref: 'text',
} as const;

/** Lasts as long as the transaction. The ORM makes no temporary tables. */
export const CREATE_STAGED_RECORDS = `
  create temporary table staged_records (
    ${Object.entries(STAGED_COLUMNS)
      .map(([name, type]) => `${name} ${type}`)
      .join(', ')}
  ) on commit drop`;
