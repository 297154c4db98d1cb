import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { type ContactRecord, readContactEvent } from '#contact-events';
import { readStream } from '#event-store';

/** The event as the log has it; as it came where the log does not know it. */
export async function readWhole(em: SqlEntityManager, record: ContactRecord): Promise<ContactRecord> {
  const { contactId, version } = record.event;
  const stored = (await readStream(em.fork(), contactId)).find((event) => event.version === version);
  if (stored === undefined) return record;
  return { position: stored.position, event: readContactEvent(stored.type, stored.data) };
}
