import { type Change } from '#platform';

import { type CheckpointMove } from '../feed/contact-feed.js';
import { type ProjectionTarget } from './contact.entity.js';

/** How {@link moveCheckpoint} is called in the statement that it is part of. */
export const MOVED_CHECKPOINT = 'moved_checkpoint';

/**
 * Moves the checkpoint of one partition if it is where `previous` says: then it returns a row, and none otherwise. Its
 * row stays locked until the transaction ends, so another owner of the partition waits, and then finds it moved.
 *
 * It is SQL because it goes to the server as one statement with the rows (docs/adr/0017-bulk-statements.md: this and
 * what else was saved took the 44 statements of an incremental sync of ten changes down to 15), and because it alone
 * does not wait for the disk: what a crash of the server takes of it, checkpoint and rows together, the source brings
 * again. The row is found by the primary key.
 */
export function moveCheckpoint(
  { name: projection }: ProjectionTarget,
  { previous, next }: CheckpointMove,
): Change {
  const parameters = [projection, next.source, next.partition, String(next.offset), String(next.position)];
  return previous === null
    ? { name: MOVED_CHECKPOINT, sql: INSERT, parameters }
    : {
        name: MOVED_CHECKPOINT,
        sql: UPDATE,
        parameters: [...parameters, String(previous.offset), String(previous.position)],
      };
}

const RETURNING = `returning set_config('synchronous_commit', 'off', true)`;

const INSERT = `
  insert into projection_checkpoints (projection, source, partition, next_offset, position)
  values ($1, $2, $3, $4, $5) on conflict do nothing ${RETURNING}`;

const UPDATE = `
  update projection_checkpoints set next_offset = $4, position = $5, moved_at = clock_timestamp()
  where projection = $1 and source = $2 and partition = $3 and next_offset = $6 and position = $7 ${RETURNING}`;
