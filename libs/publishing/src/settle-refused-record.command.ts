import { Command } from '@nestjs/cqrs';

import { type RefusedRecordRequest } from './refused-record.entity.js';
import { type RefusedRecord } from './refused-records.js';

/**
 * Someone wants what waits for a contact to be sent, or given up. Answers with the refused record as it is then: still
 * open where the relay has not come to it within 10 s; then it does it later.
 */
export class SettleRefusedRecordCommand extends Command<RefusedRecord> {
  constructor(
    readonly recordId: string,
    readonly request: RefusedRecordRequest,
  ) {
    super();
  }
}
