import { Migration } from '@mikro-orm/migrations';

/** A sign-in tells what became of it, to whoever opens its callback again, and which account it is to be of. */
export class SignInOutcomes extends Migration {
  override up(): void {
    this.addSql(`
      alter table sign_ins
        add column account_id uuid references accounts (id) on delete cascade,
        add column taken_at timestamptz,
        add column ended_at timestamptz,
        add column connected_account_id uuid references accounts (id) on delete cascade`);
  }

  override down(): void {
    this.addSql(`
      alter table sign_ins drop column account_id, drop column taken_at, drop column ended_at,
        drop column connected_account_id`);
  }
}
