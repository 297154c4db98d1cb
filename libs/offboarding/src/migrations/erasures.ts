import { Migration } from '@mikro-orm/migrations';

/** Which accounts were erased, and how far those are that are being erased. It outlives the accounts. */
export class Erasures extends Migration {
  override up(): void {
    this.addSql(`
      create table erasures (
        account_id uuid primary key,
        id uuid not null,
        begun_at timestamptz(3) not null,
        step text not null,
        contacts integer,
        events integer,
        finished_at timestamptz(3)
      )`);
    this.addSql('create index erasures_open on erasures (begun_at) where finished_at is null');
  }

  override down(): void {
    this.addSql('drop table erasures');
  }
}
