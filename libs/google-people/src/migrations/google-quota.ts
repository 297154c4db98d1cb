import { Migration } from '@mikro-orm/migrations';

/** What all processes share of Google's quota: one row, which is written to only while a limit is in force. */
export class GoogleQuota extends Migration {
  override up(): void {
    this.addSql(`
      create table google_quota (
        is_only boolean primary key default true check (is_only),
        per_minute float8,
        lowered_at timestamptz,
        tokens float8 not null default 0,
        filled_at timestamptz not null default 'epoch',
        sent float8 not null default 0,
        sent_at timestamptz not null default 'epoch',
        constraint google_quota_lowered check (num_nulls(per_minute, lowered_at) in (0, 2)))`);
    this.addSql('insert into google_quota default values');
  }

  override down(): void {
    this.addSql('drop table google_quota');
  }
}
