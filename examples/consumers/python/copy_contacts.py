# Keeps a copy of all contacts in SQLite. README.md beside this folder says how to run it and what each part is for.
import argparse
import json
import os
import re
import sqlite3
import sys
import time
import urllib.error
import urllib.request
from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition
from jsonschema import Draft202012Validator

env = os.environ
parser = argparse.ArgumentParser()
parser.add_argument("command", nargs="?", choices=["rebuild"])
parser.add_argument("--until-caught-up", action="store_true")
parser.add_argument("--pass-over")
options = parser.parse_args()
SERVICE = env.get("CONTACTSTREAM_URL", "http://127.0.0.1:3000")
EVENTS = env.get("KAFKA_TOPIC_PREFIX", "") + "contacts.events"
STATE = env.get("KAFKA_TOPIC_PREFIX", "") + "contacts.state"
SCHEMAS = env.get("SCHEMAS", os.path.dirname(os.path.abspath(__file__)) + "/../../../libs/contact-events/schemas")
SCHEMA_OF = {"ContactUpdated": "contact-updated", "ContactDeleted": "contact-deleted"}
# Kafka by itself keeps a tombstone for a day, a topic that the service made for a week. Half a day leaves time for a slow end.
BOOTSTRAP_WITHIN_S = 12 * 3600


class Stop(Exception):
    """What a person has to do something about."""


counts = dict(applied=0, older=0, unknownType=0, passedOver=0, fetched=0, cut=0)


def count(what):
    counts[what] += 1


# --- The copy: contacts, offsets and what was put aside change together, in one transaction.

store = sqlite3.connect(env.get("COPY", "contacts.sqlite"), timeout=10, isolation_level=None)
store.row_factory = sqlite3.Row
store.executescript("""
  pragma secure_delete = on; -- What is removed is overwritten in the file: an erased account leaves nothing behind.
  create table if not exists contacts
    (id text primary key, version integer not null, contact text, reason text, merged_into text);
  create table if not exists offsets
    (topic text, "partition" integer, next integer not null, until integer, noted integer, primary key (topic, "partition"));
  create table if not exists put_aside
    (topic text, "partition" integer, "offset" integer, why text not null, primary key (topic, "partition", "offset"))""")


def all(sql, *values):
    return store.execute(sql, values).fetchall()


def run(sql, *values):
    store.execute(sql, values)


def save_offset(topic, partition, next):
    run('update offsets set next = ? where topic = ? and "partition" = ?', next, topic, partition)


class InTransaction:
    """Each record is applied whole or not at all, so what was done before an error is kept."""

    def __enter__(self):
        run("begin immediate")

    def __exit__(self, *_):
        run("commit")


# --- Kafka: partitions are assigned by hand, because the offsets are kept with the copy and not by a consumer group.

kafka = Consumer({
    "group.id": "not-joined",
    "client.id": "copy-contacts",
    "bootstrap.servers": env.get("KAFKA_BROKERS", "127.0.0.1:9092"),
    "enable.auto.commit": False,
    "auto.offset.reset": "error",
    # Tells where a partition ends, also where there are gaps behind the last record.
    "enable.partition.eof": True,
    "security.protocol": ("SASL_" if "KAFKA_SASL_MECHANISM" in env else "")
    + ("SSL" if env.get("KAFKA_SSL") == "true" else "PLAINTEXT"),
    **({"ssl.endpoint.identification.algorithm": "https"} if env.get("KAFKA_SSL") == "true" else {}),
    **({"ssl.ca.location": env["KAFKA_CA_FILE"]} if env.get("KAFKA_CA_FILE") else {}),
    **({
        "sasl.mechanism": env["KAFKA_SASL_MECHANISM"].upper(),
        "sasl.username": env["KAFKA_SASL_USERNAME"],
        "sasl.password": env["KAFKA_SASL_PASSWORD"],
    } if "KAFKA_SASL_MECHANISM" in env else {}),
})
assigned = None


def offsets_of(topic):
    """The first and the next offset of each partition."""
    partitions = sorted(kafka.list_topics(topic, timeout=30).topics[topic].partitions)
    if not partitions:
        raise Stop(f"Kafka has no topic {topic}: look at KAFKA_BROKERS and KAFKA_TOPIC_PREFIX")
    return [kafka.get_watermark_offsets(TopicPartition(topic, each), timeout=30) for each in partitions]


def poll(topic, places):
    """What comes next of these partitions of one topic: records, and where a partition ends."""
    global assigned
    if assigned != topic:
        kafka.assign([TopicPartition(topic, at["partition"], at["next"]) for at in places])
        assigned = topic
    return kafka.consume(500, timeout=0.5)


# --- REST


def ask(path):
    """None for 404. What passes by itself is waited for; what does not, stops."""
    token = env.get("CONTACTSTREAM_TOKEN")
    request = urllib.request.Request(SERVICE + path, headers={"authorization": f"Bearer {token}"} if token else {})
    wait = 0.25
    while True:
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            status = error.code
        except (OSError, ValueError):
            status = "not"
        if status == 404:
            return None
        if status == 401:
            raise Stop(f"{SERVICE} does not know the token: set CONTACTSTREAM_TOKEN")
        if status == 403:
            raise Stop(f"The token may not read {path}: it needs the scope read")
        if status != "not" and status < 500 and status != 429:
            raise Stop(f"{SERVICE}{path} answers {status}")
        print(f"{SERVICE} answers {status}; asking again in {wait} s", file=sys.stderr)
        time.sleep(wait)
        wait = min(2 * wait, 30)


def positions():
    answer = ask("/api/positions")
    if answer is None:
        raise Stop(f"{SERVICE} is no contactstream: set CONTACTSTREAM_URL")
    return answer


def whole_contact(id, version, position):
    """The whole of a contact that was cut to fit Kafka; None where REST has it no more."""
    wait = 0.25
    while True:
        # Only once the read model is that far, a 404 means that the contact is gone and not that it is not there yet.
        if int(positions()["projected"]) >= position:
            contact = ask(f"/api/contacts/{id}")
            if contact and contact.get("masked"):
                raise Stop("The token may not read contacts: it needs the scope read")
            # Deleted by now: its deletion follows, with what REST does not tell.
            if contact is None or contact["deleted"]:
                return None
            if contact["version"] >= version:
                return contact
        print(f"{SERVICE} does not show version {version} of {id} yet; asking again in {wait} s", file=sys.stderr)
        time.sleep(wait)
        wait = min(2 * wait, 30)


# --- A record


def no_constant(name):
    raise ValueError(f"{name} is not JSON")


validators = {}
for name in SCHEMA_OF.values():
    with open(f"{SCHEMAS}/{name}/1.json", encoding="utf-8") as file:
        validators[name] = Draft202012Validator(json.load(file))


def apply(topic, record):
    """Why the record is put aside; None where it is not."""
    headers = {name: (text or b"").decode("utf-8", "replace") for name, text in record.headers() or []}
    type = headers.get("ce_type")
    if headers.get("ce_specversion") != "1.0" or not type:
        return "not a CloudEvent 1.0 in binary mode"
    schema = SCHEMA_OF.get(type)
    if schema is None:
        return count("unknownType")

    id = headers.get("ce_subject", "")
    # Records of before had the version in ce_sequence.
    version_text = headers.get("ce_contactversion", headers.get("ce_sequence", ""))
    position = headers.get("ce_position", "")
    if not re.fullmatch("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", id):
        return "ce_subject is no contact id"
    if not re.fullmatch("[0-9]{1,15}", version_text):
        return "ce_contactversion is no version"
    if not re.fullmatch("[0-9]{1,19}", position):
        return "ce_position is no position"
    version = int(version_text)

    contact = reason = merged_into = None
    if record.value() is None and topic == STATE and type == "ContactDeleted":
        reason = headers.get("ce_reason")
        merged_into = headers.get("ce_mergedinto")
        if version <= version_of(id):
            return count("older")
    else:
        name, number = re.search(r"/([a-z-]+)/([0-9]+)\.json\Z|\Z", headers.get("ce_dataschema", "")).groups()
        if name != schema:
            return "ce_dataschema names no schema of its type"
        if f"{name}/{number}" == options.pass_over:
            return count("passedOver")
        if number != "1":
            raise Stop(f"This program was written for {name}/1, not for {name}/{number}")
        # Parsers differ in what is too deep or too long for them.
        try:
            data = json.loads((record.value() or b"").decode("utf-8"), parse_constant=no_constant)
        except (ValueError, RecursionError):
            data = None
        if not validators[schema].is_valid(data):
            return f"the value does not fit {schema}/1"
        if data["contactId"] != id or data["version"] != version:
            return "headers and value disagree"
        if version <= version_of(id):
            return count("older")
        if type == "ContactDeleted":
            reason, merged_into = data["reason"], data["mergedInto"]
        else:
            contact = data["contact"]
        if "truncatedFields" in data:
            whole = whole_contact(id, version, int(position))
            count("cut" if whole is None else "fetched")
            if whole is not None:
                return save(id, whole["version"], as_on_kafka(whole), None, None)
    save(id, version, contact, reason, merged_into)


def as_on_kafka(contact):
    """REST shows these beside what an event has."""
    beside = {"version", "deleted", "deletedAt", "deletedReason", "syncedAt"}
    return {name: value for name, value in contact.items() if name not in beside}


def version_of(id):
    found = all("select version from contacts where id = ?", id)
    return found[0]["version"] if found else 0


def save(id, version, contact, reason, merged_into):
    """A deleted contact keeps its version, or an old message would bring it back: of account-erased nothing else is kept."""
    text = None if contact is None else json.dumps(contact)
    run("insert or replace into contacts values (?, ?, ?, ?, ?)", id, version, text, reason, merged_into)
    count("applied")


# --- The way: contacts.state up to the end that it had, then contacts.events from before.


def begin():
    # Kafka takes the two topics one after the other. Only when the state topic holds all that was in the log after these
    # ends were noted, nothing can fall between the two.
    global assigned
    events = offsets_of(EVENTS)
    log_end = int(positions()["logEnd"])
    while int(positions()["publishedState"]) < log_end:
        time.sleep(0.25)
    state = offsets_of(STATE)
    with InTransaction():
        for table in ["contacts", "offsets", "put_aside"]:
            run(f"delete from {table}")
        for partition, (_, end) in enumerate(events):
            run("insert into offsets values (?, ?, ?, null, ?)", EVENTS, partition, end, time.time())
        for partition, (first, end) in enumerate(state):
            run("insert into offsets values (?, ?, ?, ?, ?)", STATE, partition, first, end, time.time())
    assigned = None


def main():
    caught_up = positions() if options.until_caught_up else None
    if options.command == "rebuild" or not all("select 1 from offsets"):
        begin()
    # Partitions that were added since hold what is new alone.
    for partition, (first, _) in enumerate(offsets_of(EVENTS)):
        run("insert or ignore into offsets values (?, ?, ?, null, null)", EVENTS, partition, first)
    goals = {at["partition"]: int(at["endOffset"]) for at in caught_up["partitions"]} if caught_up else {}

    while True:
        unread = all("select * from offsets where next < until")
        if any(time.time() - at["noted"] > BOOTSTRAP_WITHIN_S for at in unread):
            begin()
            continue
        topic = STATE if unread else EVENTS
        places = unread or all("select * from offsets where topic = ?", EVENTS)
        if caught_up and topic == EVENTS and not any(at["next"] < goals.get(at["partition"], 0) for at in places):
            break
        polled = poll(topic, places)
        if not polled:
            continue
        with InTransaction():
            for record in polled:
                error = record.error()
                if error and error.code() == KafkaError._AUTO_OFFSET_RESET:
                    raise Stop(f"{topic} holds no more what this copy has not read: begin anew with rebuild")
                if error and error.code() != KafkaError._PARTITION_EOF:
                    # The client itself tries again.
                    print(f"Kafka: {error.str()}", file=sys.stderr)
                    continue
                partition, offset = record.partition(), record.offset()
                if error:
                    save_offset(topic, partition, offset)
                    continue
                try:
                    why = apply(topic, record)
                except Stop as stop:
                    raise Stop(f"{topic}/{partition}/{offset}: {stop}")
                if why:
                    run("insert or ignore into put_aside values (?, ?, ?, ?)", topic, partition, offset, why)
                save_offset(topic, partition, offset + 1)
    kept = all("select count(contact) contacts, count(*) - count(contact) deleted from contacts")[0]
    put_aside = all("select count(*) from put_aside")[0][0]
    print(json.dumps(dict(upTo=caught_up["published"], **kept, putAside=put_aside, **counts)))


try:
    main()
except (Stop, KafkaException) as stop:
    sys.exit(str(stop))
finally:
    kafka.close()
    store.close()
