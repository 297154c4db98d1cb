import { Migration } from '@mikro-orm/migrations';

/** When a refused record was closed, from which it is kept for a time. Those that are closed count from now. */
export class ClosedRecords extends Migration {
  override up(): void {
    this.addSql('alter table refused_records add column closed_at timestamptz');
    this.addSql(`update refused_records set closed_at = now() where state <> 'open'`);
    this.addSql(
      'create index refused_records_closed on refused_records (closed_at) where closed_at is not null',
    );
  }

  override down(): void {
    this.addSql('alter table refused_records drop column closed_at');
  }
}
