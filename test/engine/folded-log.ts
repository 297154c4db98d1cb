import { isDeepStrictEqual } from 'node:util';

import {
  type Contact,
  type ContactEvent,
  type ContactSnapshot,
  DETAIL_FIELDS,
  type DetailField,
  evolve,
} from '#contact';
import { readContactEvent } from '#contact-events';
import { isWhole, readLog } from '#event-store';
import { hash } from 'node:crypto';

import { type EngineLane } from './engine-lane.js';

/** A contact as the log tells it. */
export interface FoldedContact {
  readonly snapshot: ContactSnapshot;
  readonly contact: Contact;
}

/** The log breaks one of its promises. */
export class LogBroken extends Error {
  override readonly name = 'LogBroken';
}

/** One account's log, folded as it grows; every event is checked. */
export class FoldedLog {
  readonly contacts = new Map<string, FoldedContact>();
  private readonly leadsTo = new Map<string, string>();
  private position = 0n;

  constructor(
    private readonly lane: EngineLane,
    private readonly accountId: string,
  ) {}

  live(): FoldedContact[] {
    return [...this.contacts.values()].filter(({ snapshot }) => !snapshot.deleted);
  }

  /** Folds what was appended since the last call. */
  async readOn(): Promise<ContactEvent[]> {
    const stored = await readLog(this.lane.em, {
      accountId: this.accountId,
      after: this.position,
      limit: 100_000,
    });
    return stored.filter(isWhole).map((row) => {
      const event = readContactEvent(row.type, row.data);
      expectSame('stream and contact id', row.streamId, event.contactId);
      expectSame('version beside and in the data', row.version, event.version);
      expectSame('run beside and in the data', row.runId, event.runId);
      this.position = row.position;
      this.take(event);
      return event;
    });
  }

  /** The snapshots are the fold of the log. */
  async compareHeads(): Promise<void> {
    const rows = await this.lane.sql<{ key: string; contact_id: string }>(
      `select snapshot.*, keys.contact_id as leads_to from contact_snapshots snapshot
       left join contact_keys keys on keys.account_id = snapshot.account_id and keys.key = snapshot.resource_name
       where snapshot.account_id = $1`,
      [this.accountId],
    );
    const snapshots = rows as unknown as Record<string, unknown>[];
    expectSame('number of snapshots', snapshots.length, this.contacts.size);
    for (const row of snapshots) {
      const folded = this.contacts.get(row.contact_id as string)?.snapshot;
      expectSame(`snapshot of ${folded?.resourceName ?? String(row.resource_name)}`, shownHead(row), {
        resource_name: folded?.resourceName,
        version: folded?.version,
        deleted: folded?.deleted,
        fingerprint: folded?.fingerprint,
        last_event_at: folded?.lastEventAt,
        created_at: folded?.createdAt,
      });
      this.leadsTo.set(row.resource_name as string, row.leads_to as string);
    }
  }

  /** The contact that this name led to at the last comparison. */
  bearer(resourceName: string): FoldedContact | undefined {
    return this.contacts.get(this.leadsTo.get(resourceName) ?? '');
  }

  private take(event: ContactEvent): void {
    const before = this.contacts.get(event.contactId);
    const name = `${event.type} ${event.version} of ${event.resourceName}`;
    expectSame(`version of ${name}`, event.version, (before?.snapshot.version ?? 0) + 1);
    const snapshot = evolve(before?.snapshot ?? null, event, digest);
    if (event.type === 'ContactDeleted') {
      if (before === undefined || before.snapshot.deleted)
        throw new LogBroken(`${name}: it is not there to be deleted`);
      expectSame(`name in ${name}`, event.resourceName, before.snapshot.resourceName);
      expectSame(`mergedInto of ${name}`, event.mergedInto !== null, event.reason === 'merged');
      this.contacts.set(event.contactId, { snapshot, contact: before.contact });
      return;
    }
    expectSame(`ids in ${name}`, event.contact.id, event.contactId);
    expectSame(`names in ${name}`, event.contact.resourceName, event.resourceName);
    expectSame(`change of ${name}`, event.change, changeOf(before, event.resourceName));
    if (event.change === 'created' || event.change === 'restored')
      expectSame(`fields of ${name}`, event.changedFields, []);
    else {
      const fields = changedBetween(before?.contact, event.contact);
      if (event.change === 'renamed')
        expectSame(`fields of ${name}`, event.changedFields, ['resourceName', ...fields]);
      else {
        expectSame(`fields of ${name}`, event.changedFields, fields);
        if (fields.length === 0) throw new LogBroken(`${name} is an event without a change`);
      }
    }
    const was = before?.contact;
    expectSame(
      `before of ${name}`,
      event.before,
      was === undefined || event.changedFields.length === 0
        ? null
        : Object.fromEntries(event.changedFields.map((field) => [field, was[field]])),
    );
    this.contacts.set(event.contactId, { snapshot, contact: event.contact });
  }
}

export function expectSame(what: string, actual: unknown, expected: unknown): void {
  if (isDeepStrictEqual(actual, expected)) return;
  throw new LogBroken(`${what}: ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`);
}

function changeOf(before: FoldedContact | undefined, resourceName: string): string {
  if (before === undefined) return 'created';
  if (before.snapshot.deleted) return 'restored';
  return before.snapshot.resourceName === resourceName ? 'updated' : 'renamed';
}

/** Compared without the engine's own hashes. The order of items does not count; a display name stands for its parts. */
function changedBetween(before: Contact | undefined, after: Contact): DetailField[] {
  if (before === undefined) return [];
  return DETAIL_FIELDS.filter((field) => comparable(before, field) !== comparable(after, field));
}

function comparable(contact: Contact, field: DetailField): string {
  const parts = [
    contact.honorificPrefix,
    contact.givenName,
    contact.middleName,
    contact.familyName,
    contact.honorificSuffix,
  ];
  if (field === 'displayName' && parts.some((part) => part !== null)) return JSON.stringify(parts);
  return inAnyOrder(contact[field]);
}

export function inAnyOrder(value: unknown): string {
  return JSON.stringify(Array.isArray(value) ? value.map((item) => JSON.stringify(item)).sort() : value);
}

function shownHead(row: Record<string, unknown>): object {
  const { resource_name, version, deleted, fingerprint, last_event_at, created_at } = row;
  const time = (value: unknown): string => new Date(value as string).toISOString();
  return {
    resource_name,
    version,
    deleted,
    fingerprint,
    last_event_at: time(last_event_at),
    created_at: time(created_at),
  };
}

/** As the snapshots have it. */
function digest(text: string): string {
  return hash('sha256', text, 'base64url').slice(0, 22);
}
