import { Migration } from '@mikro-orm/migrations';

/** How far a projection is, is called a checkpoint. */
export class ProjectionCheckpoints extends Migration {
  override up(): void {
    this.addSql('alter table projection_progress rename to projection_checkpoints');
    this.addSql('alter index projection_progress_pkey rename to projection_checkpoints_pkey');
  }

  override down(): void {
    this.addSql('alter index projection_checkpoints_pkey rename to projection_progress_pkey');
    this.addSql('alter table projection_checkpoints rename to projection_progress');
  }
}
