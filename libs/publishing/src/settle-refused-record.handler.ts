import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { CodedError, Notifications, WakeUp } from '#platform';

import { type RefusedRecord, RefusedRecords } from './refused-records.js';
import { SettleRefusedRecordCommand } from './settle-refused-record.command.js';

/** How long somebody waits for the relay. */
const PATIENCE_MS = 10_000;
/** How long a lost notification may keep them. */
const POLL_MS = 250;

/** Leaves word for the relay's leader, whichever process that is, and waits for what becomes of it. */
@CommandHandler(SettleRefusedRecordCommand)
export class SettleRefusedRecordHandler implements ICommandHandler<SettleRefusedRecordCommand> {
  constructor(
    private readonly records: RefusedRecords,
    private readonly notifications: Notifications,
  ) {}

  /**
   * @throws CodedError dead-letter-not-found; replayed or discarded, where it is that already; still-refused, then it
   *   stays open
   */
  async execute({ recordId, request }: SettleRefusedRecordCommand): Promise<RefusedRecord> {
    const deadline = performance.now() + PATIENCE_MS;
    // Made before the request, so that its end cannot be missed.
    const news = new WakeUp(this.notifications, 'contactstream_refused');
    try {
      if (!(await this.records.request(recordId, request))) {
        const { state } = await this.found(recordId);
        throw new CodedError(state, `The dead letter is ${state} already.`);
      }
      for (;;) {
        const record = await this.found(recordId);
        if (record.state !== 'open') return record;
        if (record.requested === null) {
          throw new CodedError('still-refused', `${record.error}. The dead letter ${recordId} stays open.`);
        }
        const left = deadline - performance.now();
        if (left <= 0) return record;
        await news.wait(Math.min(left, POLL_MS));
      }
    } finally {
      news.close();
    }
  }

  private async found(recordId: string): Promise<RefusedRecord> {
    const record = await this.records.find(recordId);
    if (record === null) {
      throw new CodedError('dead-letter-not-found', `There is no dead letter ${recordId}.`);
    }
    return record;
  }
}
