import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { SqlEntityManager } from '@mikro-orm/postgresql';
import { CodedError } from '#platform';

import { type Run } from '../../runs/run.entity.js';
import { Runs } from '../../runs/runs.js';
import { RunQueue } from '../run-queue.js';
import { CancelRunCommand } from './cancel-run.command.js';
import { requestCancellation } from './cancel-run.sql.js';

/** Ends a run between two of its transactions: what its pages stored stays, the sync token stays the old one. */
@CommandHandler(CancelRunCommand)
export class CancelRunHandler implements ICommandHandler<CancelRunCommand> {
  constructor(
    private readonly em: SqlEntityManager,
    private readonly runs: Runs,
    private readonly queue: RunQueue,
  ) {}

  /** @throws CodedError run-over where there is nothing to cancel; run-not-found, service-stopping */
  async execute({ runId, wait }: CancelRunCommand): Promise<Run> {
    if (!(await requestCancellation(this.em.fork(), runId))) {
      throw new CodedError('run-over', `Run ${runId} is over: there is nothing to cancel.`);
    }
    return wait ? (await this.queue.finished(runId)).run : this.runs.get(runId);
  }
}
