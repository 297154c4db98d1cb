import { type Admin } from 'kafkajs';

import { changeTopic } from './change-topic.js';

/** Bounds the record batches that a topic takes. */
export async function limitRecords(admin: Admin, topic: string, bytes: number): Promise<void> {
  await changeTopic(admin, topic, { 'max.message.bytes': String(bytes) });
}
