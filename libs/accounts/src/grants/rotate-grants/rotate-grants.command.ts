import { Command } from '@nestjs/cqrs';

/** What a rotation did, in accounts. */
export interface Rotation {
  readonly rotated: number;
  /** Stored with the first key already. */
  readonly current: number;
  /** Signed in again meanwhile, or gone. */
  readonly changedMeanwhile: number;
  /** Whose refresh tokens are damaged. */
  readonly damaged: readonly string[];
}

/** Someone wants every refresh token encrypted with the first key. */
export class RotateGrantsCommand extends Command<Rotation> {}
