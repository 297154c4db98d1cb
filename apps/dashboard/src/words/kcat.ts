import { type CloudEvent } from '../api/answers.js';
import { type EventFilter } from '../api/events.js';

const FORMAT = String.raw`-f '%k %h\n%s\n\n'`;
/** Kafka has an event a little later than the log. */
const EARLIER_MS = 1_000;

/** Reads one event from its topic. */
export function kcatForOne(topic: string, { id, time }: CloudEvent): string {
  const from = Date.parse(time) - EARLIER_MS;
  return `kcat -b "$KAFKA_BROKERS" -C -t ${topic} -q -e \\\n  -o s@${from} ${FORMAT} \\\n  | grep -A1 ce_id=${id}`;
}

/** Reads what a filter passes, as it comes. */
export function kcatForAll(topic: string, { accountId, contactId, type, field }: EventFilter): string {
  const wanted = [
    accountId === null ? null : `ce_source=/accounts/${accountId}`,
    contactId === null ? null : `ce_subject=${contactId}`,
    type === null ? null : `ce_type=${type}`,
  ].filter((each) => each !== null);
  const filters = wanted.map((each) => ` \\\n  | grep --line-buffered -A1 ${each}`);
  const changed = field === null ? '' : ` \\\n  | grep --line-buffered '"changedFields":\\[[^]]*"${field}"'`;
  return `kcat -b "$KAFKA_BROKERS" -C -t ${topic} -q -o end ${FORMAT}${filters.join('')}${changed}`;
}
