import { Migration } from '@mikro-orm/migrations';

/** When a letter was closed, from which it is kept for a time. Those that are closed count from now. */
export class ClosedLetters extends Migration {
  override up(): void {
    this.addSql('alter table dead_letters add column closed_at timestamptz');
    this.addSql(`update dead_letters set closed_at = now() where state <> 'open'`);
    this.addSql('create index dead_letters_closed on dead_letters (closed_at) where closed_at is not null');
  }

  override down(): void {
    this.addSql('alter table dead_letters drop column closed_at');
  }
}
