import { Migration } from '@mikro-orm/migrations';

/** When readers of the log had come how far. */
export class LogMarkTable extends Migration {
  override up(): void {
    this.addSql(`
      create table log_marks (
        reader text not null,
        position bigint not null,
        at timestamptz not null default clock_timestamp(),
        primary key (reader, position)
      )`);
  }

  override down(): void {
    this.addSql('drop table log_marks');
  }
}
