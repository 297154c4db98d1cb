// Keeps a copy of all contacts in SQLite. README.md beside this folder says how to run it and what each part is for.
import { readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { parseArgs } from 'node:util';
import { setTimeout as delay } from 'node:timers/promises';
import { Consumer, ListOffsetTimestamps } from '@platformatic/kafka';
import { Ajv2020 } from 'ajv/dist/2020.js';

const { env } = process;
const options = parseArgs({
  allowPositionals: true,
  options: { 'until-caught-up': { type: 'boolean' }, 'pass-over': { type: 'string' } },
});
const SERVICE = env.CONTACTSTREAM_URL ?? 'http://127.0.0.1:3000';
const EVENTS = `${env.KAFKA_TOPIC_PREFIX ?? ''}contacts.events`;
const STATE = `${env.KAFKA_TOPIC_PREFIX ?? ''}contacts.state`;
const SCHEMAS = env.SCHEMAS ?? `${import.meta.dirname}/../../../libs/contact-events/schemas`;
const SCHEMA_OF = { ContactUpdated: 'contact-updated', ContactDeleted: 'contact-deleted' };
// Kafka by itself keeps a tombstone for a day, a topic that the service made for a week. Half a day leaves time for a slow end.
const BOOTSTRAP_WITHIN_MS = 12 * 3_600_000;

/** What a person has to do something about. */
class Stop extends Error {}

const counts = { applied: 0, older: 0, unknownType: 0, passedOver: 0, fetched: 0, cut: 0 };

// --- The copy: contacts, offsets and what was put aside change together, in one transaction.

const store = new DatabaseSync(env.COPY ?? 'contacts.sqlite', { timeout: 10_000 });
store.exec(`
  pragma secure_delete = on; -- What is removed is overwritten in the file: an erased account leaves nothing behind.
  create table if not exists contacts
    (id text primary key, version integer not null, contact text, reason text, merged_into text);
  create table if not exists offsets
    (topic text, "partition" integer, next integer not null, until integer, noted integer, primary key (topic, "partition"));
  create table if not exists put_aside
    (topic text, "partition" integer, "offset" integer, why text not null, primary key (topic, "partition", "offset"))`);
const all = (sql, ...values) => store.prepare(sql).all(...values);
const run = (sql, ...values) => store.prepare(sql).run(...values);

function saveOffset(topic, partition, next) {
  run('update offsets set next = ? where topic = ? and "partition" = ?', next, topic, partition);
}

/** Each record is applied whole or not at all, so what was done before an error is kept. */
async function inTransaction(work) {
  store.exec('begin immediate');
  try {
    return await work();
  } finally {
    store.exec('commit');
  }
}

// --- Kafka: plain fetches, because the offsets are kept with the copy and a consumer group would keep them again.

const kafka = new Consumer({
  groupId: 'not-joined',
  clientId: 'copy-contacts',
  bootstrapBrokers: (env.KAFKA_BROKERS ?? '127.0.0.1:9092').split(','),
  ...(env.KAFKA_SSL === 'true' && {
    tls: env.KAFKA_CA_FILE ? { ca: readFileSync(env.KAFKA_CA_FILE) } : {},
    tlsServerName: true,
  }),
  ...(env.KAFKA_SASL_MECHANISM && {
    sasl: {
      mechanism: env.KAFKA_SASL_MECHANISM.toUpperCase(),
      username: env.KAFKA_SASL_USERNAME,
      password: env.KAFKA_SASL_PASSWORD,
    },
  }),
});

async function offsetsOf(topic, timestamp) {
  return (await kafka.listOffsets({ topics: [topic], timestamp })).get(topic).map(Number);
}

/** What comes next of these partitions of one topic, and how far the look went: there may be gaps behind the last record. */
async function poll(topic, places) {
  const { topics } = await kafka.metadata({ topics: [topic] });
  const { id, partitions } = topics.get(topic);
  const answers = await Promise.all(
    [...Map.groupBy(places, ({ partition }) => partitions[partition].leader)].map(([node, led]) =>
      kafka.fetch({
        node,
        maxWaitTime: 500,
        topics: [
          {
            topicId: id,
            partitions: led.map(({ partition, next }) => ({
              partition,
              fetchOffset: BigInt(next),
              partitionMaxBytes: 1_048_576,
              currentLeaderEpoch: -1,
              lastFetchedEpoch: -1,
            })),
          },
        ],
      }),
    ),
  );
  return answers.flatMap(({ responses }) =>
    responses.flatMap((response) =>
      response.partitions.flatMap(({ partitionIndex: partition, records: batches }) => {
        const last = batches?.at(-1);
        if (last === undefined) return [];
        const { next } = places.find((place) => place.partition === partition);
        const records = batches.flatMap(({ firstOffset, attributes, records }) =>
          // Bit 5 marks a batch of Kafka's own.
          (attributes & 0b100000) !== 0
            ? []
            : records.map((record) => ({ ...record, offset: Number(firstOffset) + record.offsetDelta })),
        );
        return {
          partition,
          // A batch begins where it was written, which may be before the offset that was asked for.
          records: records.filter(({ offset }) => offset >= next),
          next: Number(last.firstOffset) + last.lastOffsetDelta + 1,
        };
      }),
    ),
  );
}

// --- REST

/** @returns null for 404. What passes by itself is waited for; what does not, stops. */
async function ask(path) {
  const headers = env.CONTACTSTREAM_TOKEN ? { authorization: `Bearer ${env.CONTACTSTREAM_TOKEN}` } : {};
  for (let wait = 250; ; wait = Math.min(2 * wait, 30_000)) {
    let status;
    try {
      const answer = await fetch(SERVICE + path, { headers, signal: AbortSignal.timeout(30_000) });
      status = answer.status;
      if (status === 200) return await answer.json();
    } catch {
      status = 'not';
    }
    if (status === 404) return null;
    if (status === 401) throw new Stop(`${SERVICE} does not know the token: set CONTACTSTREAM_TOKEN`);
    if (status === 403) throw new Stop(`The token may not read ${path}: it needs the scope read`);
    if (status < 500 && status !== 429) throw new Stop(`${SERVICE}${path} answers ${status}`);
    console.error(`${SERVICE} answers ${status}; asking again in ${wait} ms`);
    await delay(wait);
  }
}

async function positions() {
  const answer = await ask('/api/positions');
  if (answer === null) throw new Stop(`${SERVICE} is no contactstream: set CONTACTSTREAM_URL`);
  return answer;
}

/** The whole of a contact that was cut to fit Kafka. @returns null where REST has it no more */
async function wholeContact(id, version, position) {
  for (let wait = 250; ; wait = Math.min(2 * wait, 30_000)) {
    // Only once the read model is that far, a 404 means that the contact is gone and not that it is not there yet.
    if (BigInt((await positions()).projected) >= position) {
      const contact = await ask(`/api/contacts/${id}`);
      if (contact?.masked) throw new Stop('The token may not read contacts: it needs the scope read');
      // Deleted by now: its deletion follows, with what REST does not tell.
      if (contact === null || contact.deleted) return null;
      if (contact.version >= version) return contact;
    }
    console.error(`${SERVICE} does not show version ${version} of ${id} yet; asking again in ${wait} ms`);
    await delay(wait);
  }
}

// --- A record

const ajv = new Ajv2020({ strict: false, validateFormats: false });
const isValid = Object.fromEntries(
  Object.values(SCHEMA_OF).map((name) => [
    name,
    ajv.compile(JSON.parse(readFileSync(`${SCHEMAS}/${name}/1.json`, 'utf8'))),
  ]),
);

/** @returns why the record is put aside; undefined where it is not */
async function apply(topic, { headers: pairs, value }) {
  const headers = Object.fromEntries(
    pairs.map(([name, text]) => [`${name}`, text === null ? '' : `${text}`]),
  );
  const type = headers.ce_type;
  if (headers.ce_specversion !== '1.0' || !type) return 'not a CloudEvent 1.0 in binary mode';
  const schema = Object.hasOwn(SCHEMA_OF, type) ? SCHEMA_OF[type] : undefined;
  if (schema === undefined) return void counts.unknownType++;

  const id = headers.ce_subject ?? '';
  // Records of before had the version in ce_sequence.
  const versionText = headers.ce_contactversion ?? headers.ce_sequence ?? '';
  const position = headers.ce_position ?? '';
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) return 'ce_subject is no contact id';
  if (!/^[0-9]{1,15}$/.test(versionText)) return 'ce_contactversion is no version';
  if (!/^[0-9]{1,19}$/.test(position)) return 'ce_position is no position';
  const version = Number(versionText);

  let contact = null;
  let reason = null;
  let mergedInto = null;
  if (value === null && topic === STATE && type === 'ContactDeleted') {
    reason = headers.ce_reason ?? null;
    mergedInto = headers.ce_mergedinto ?? null;
    if (version <= versionOf(id)) return void counts.older++;
  } else {
    const [, name, number] = /\/([a-z-]+)\/([0-9]+)\.json$/.exec(headers.ce_dataschema ?? '') ?? [];
    if (name !== schema) return 'ce_dataschema names no schema of its type';
    if (`${name}/${number}` === options.values['pass-over']) return void counts.passedOver++;
    if (number !== '1') throw new Stop(`This program was written for ${name}/1, not for ${name}/${number}`);
    // Parsers differ in what is too deep or too long for them.
    let data = null;
    try {
      data = JSON.parse(
        new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(value ?? Buffer.of()),
      );
    } catch {
      // No schema fits null.
    }
    if (!isValid[schema](data)) return `the value does not fit ${schema}/1`;
    if (data.contactId !== id || data.version !== version) return 'headers and value disagree';
    if (version <= versionOf(id)) return void counts.older++;
    if (type === 'ContactDeleted') ({ reason, mergedInto } = data);
    else contact = data.contact;
    if (data.truncatedFields !== undefined) {
      const whole = await wholeContact(id, version, BigInt(position));
      counts[whole === null ? 'cut' : 'fetched']++;
      if (whole !== null) return void save(id, whole.version, asOnKafka(whole), null, null);
    }
  }
  save(id, version, contact, reason, mergedInto);
}

/** REST shows these beside what an event has. */
function asOnKafka({ version, deleted, deletedAt, deletedReason, syncedAt, ...contact }) {
  return contact;
}

function versionOf(id) {
  return all('select version from contacts where id = ?', id)[0]?.version ?? 0;
}

/** A deleted contact keeps its version, or an old message would bring it back: of account-erased nothing else is kept. */
function save(id, version, contact, reason, mergedInto) {
  const text = contact === null ? null : JSON.stringify(contact);
  run('insert or replace into contacts values (?, ?, ?, ?, ?)', id, version, text, reason, mergedInto);
  counts.applied++;
}

// --- The way: contacts.state up to the end that it had, then contacts.events from before.

async function begin() {
  // Kafka takes the two topics one after the other. Only when the state topic holds all that was in the log after these
  // ends were noted, nothing can fall between the two.
  const from = await offsetsOf(EVENTS, ListOffsetTimestamps.LATEST);
  const { logEnd } = await positions();
  while (BigInt((await positions()).publishedState) < BigInt(logEnd)) await delay(250);
  const starts = await offsetsOf(STATE, ListOffsetTimestamps.EARLIEST);
  const ends = await offsetsOf(STATE, ListOffsetTimestamps.LATEST);
  await inTransaction(() => {
    store.exec('delete from contacts; delete from offsets; delete from put_aside');
    const note = (...values) => run('insert into offsets values (?, ?, ?, ?, ?)', ...values, Date.now());
    from.forEach((next, partition) => note(EVENTS, partition, next, null));
    ends.forEach((end, partition) => note(STATE, partition, starts[partition], end));
  });
}

async function main() {
  const caughtUp = options.values['until-caught-up'] ? await positions() : null;
  if (options.positionals[0] === 'rebuild' || all('select 1 from offsets').length === 0) await begin();
  // Partitions that were added since hold what is new alone.
  (await offsetsOf(EVENTS, ListOffsetTimestamps.EARLIEST)).forEach((next, partition) =>
    run('insert or ignore into offsets values (?, ?, ?, null, null)', EVENTS, partition, next),
  );
  const goals = new Map(
    caughtUp?.partitions.map(({ partition, endOffset }) => [partition, Number(endOffset)]),
  );

  for (;;) {
    const unread = all('select * from offsets where next < until');
    if (unread.some(({ noted }) => Date.now() - noted > BOOTSTRAP_WITHIN_MS)) {
      await begin();
      continue;
    }
    const topic = unread.length > 0 ? STATE : EVENTS;
    const places = unread.length > 0 ? unread : all('select * from offsets where topic = ?', EVENTS);
    if (caughtUp && topic === EVENTS && places.every((at) => at.next >= (goals.get(at.partition) ?? 0)))
      break;
    let polled;
    try {
      polled = await poll(topic, places);
    } catch (error) {
      if (error.findBy?.('apiId', 'OFFSET_OUT_OF_RANGE'))
        throw new Stop(`${topic} holds no more what this copy has not read: begin anew with rebuild`);
      console.error(`Kafka: ${error.message}; trying again`);
      kafka.clearMetadata();
      await delay(1_000);
      continue;
    }
    if (polled.length === 0) continue;
    await inTransaction(async () => {
      for (const { partition, records, next } of polled) {
        for (const record of records) {
          const { offset } = record;
          const why = await apply(topic, record).catch((error) => {
            if (error instanceof Stop) error.message = `${topic}/${partition}/${offset}: ${error.message}`;
            throw error;
          });
          if (why) run('insert or ignore into put_aside values (?, ?, ?, ?)', topic, partition, offset, why);
          saveOffset(topic, partition, offset + 1);
        }
        saveOffset(topic, partition, next);
      }
    });
  }
  const { contacts, deleted } = all(
    'select count(contact) contacts, count(*) - count(contact) deleted from contacts',
  )[0];
  const [{ putAside }] = all('select count(*) "putAside" from put_aside');
  console.log(JSON.stringify({ upTo: caughtUp.published, contacts, deleted, putAside, ...counts }));
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Stop ? error.message : error);
  process.exitCode = 1;
} finally {
  await kafka.close(true);
  store.close();
}
