import { Migration } from '@mikro-orm/migrations';

import { CONTACTS_TABLE, createContactTable } from '../contact-table.js';

export class ReadModel extends Migration {
  override up(): void {
    this.addSql('create extension if not exists pg_trgm');
    for (const statement of createContactTable(CONTACTS_TABLE)) this.addSql(statement);
    this.addSql(`
      create table projection_progress (
        projection text not null,
        source text not null,
        partition integer not null,
        next_offset bigint not null,
        position bigint not null,
        moved_at timestamptz not null default clock_timestamp(),
        primary key (projection, source, partition)
      )`);
  }

  override down(): void {
    this.addSql('drop table projection_progress');
    this.addSql(`drop table ${CONTACTS_TABLE}`);
  }
}
