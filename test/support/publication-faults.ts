import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { eventId, type TopicNames } from '#contact-events';
import { readLog } from '#event-store';

import { readTopic } from './contact-feed-kafka.js';

/**
 * What is wrong with the topics, whatever happened while the log was published. Empty when nothing is lost or made up,
 * the order of each contact is kept, an id always carries the same bytes, and the state topic ends as the log does.
 */
export async function publicationFaults(
  em: SqlEntityManager,
  names: TopicNames,
  brokers: readonly string[],
): Promise<string[]> {
  const log = await readLog(em.fork(), { limit: 1_000_000 });
  const ids = new Set(log.map(({ streamId, version }) => eventId(streamId, version)));
  const heads = new Map(log.map(({ streamId, version }) => [streamId, eventId(streamId, version)]));
  const faults: string[] = [];

  const values = new Map<string | undefined, string | null>();
  const versions = new Map<string | null, string>();
  for (const { key, value, headers } of await readTopic(names.events, brokers)) {
    const { ce_id: id, ce_contactversion: version = '' } = headers;
    if (values.has(id)) {
      if (values.get(id) !== value) faults.push(`${String(id)} carries different bytes`);
      continue;
    }
    values.set(id, value);
    if (version < (versions.get(key) ?? '')) faults.push(`${String(id)} comes late`);
    versions.set(key, version);
  }
  for (const id of ids) if (!values.has(id)) faults.push(`${id} is lost`);
  for (const id of values.keys())
    if (id === undefined || !ids.has(id)) faults.push(`${String(id)} is made up`);

  const states = new Map(
    (await readTopic(names.state, brokers)).map(({ key, headers }) => [key, headers.ce_id]),
  );
  for (const [contact, id] of heads) {
    if (states.get(contact) !== id) faults.push(`the state of ${contact} is not ${id}`);
  }
  return faults;
}
