import { Migration } from '@mikro-orm/migrations';

/** Which processes live, and what each runs with. */
export class Processes extends Migration {
  override up(): void {
    this.addSql(`
      create table processes (
        id uuid primary key,
        name text not null,
        roles text[] not null,
        runs_with jsonb not null,
        started_at timestamptz not null,
        seen_at timestamptz not null
      )`);
  }

  override down(): void {
    this.addSql('drop table processes');
  }
}
