import { randomUUID } from 'node:crypto';

import { type MikroORM, type SqlEntityManager } from '@mikro-orm/postgresql';
import { type Contact, type ContactEvent, readPerson } from '#contact';
import { contactEventData, type ContactRecord, readContactEvent } from '#contact-events';
import { databaseParts } from '#database';
import { appendEvents, isWhole, readLog } from '#event-store';
import { connectDatabase, Notifications } from '#platform';

import { type TestDatabase } from './database.js';
import { createMigratedDatabase } from './migrated-database.js';
import { silentLog } from './contact-feed-recording-log.js';

/** A database with the log, the relay's tables and the read model, and its notifications. */
export interface LogDatabase {
  readonly database: TestDatabase;
  readonly orm: MikroORM;
  readonly em: SqlEntityManager;
  readonly notifications: Notifications;
  readonly close: () => Promise<void>;
}

export async function createLogDatabase(): Promise<LogDatabase> {
  const database = await createMigratedDatabase();
  const orm = await connectDatabase(database.url, databaseParts);
  const notifications = new Notifications(database.url, silentLog);
  await notifications.start();
  return {
    database,
    orm,
    em: orm.em,
    notifications,
    close: async () => {
      await notifications.stop();
      await orm.close();
      await database.drop();
    },
  };
}

const RUN_ID = randomUUID();

const person = readPerson({ resourceName: 'people/c1' });
if (person.kind !== 'seen') throw new Error('The person is deleted');
const saysNothing = person.details;

/** A contact that says little; what matters to a test is given. */
function contact(given: Partial<Contact> & Pick<Contact, 'id' | 'accountId'>): Contact {
  return {
    resourceName: 'people/c1',
    ...saysNothing,
    displayName: 'Ada Lovelace',
    updatedAt: '2026-01-02T03:04:05.000Z',
    ...given,
  };
}

/** The stream of one contact: each call gives its next event. */
export class ContactStream {
  version = 0;

  constructor(
    readonly accountId: string = randomUUID(),
    readonly id: string = randomUUID(),
  ) {}

  updated(details: Partial<Contact> = {}): ContactEvent {
    this.version += 1;
    const state = contact({ ...details, id: this.id, accountId: this.accountId });
    return {
      ...this.fact(state.resourceName),
      type: 'ContactUpdated',
      change: this.version === 1 ? 'created' : 'updated',
      changedFields: this.version === 1 ? [] : ['displayName'],
      contact: state,
    };
  }

  deleted(): ContactEvent {
    this.version += 1;
    return {
      ...this.fact('people/c1'),
      type: 'ContactDeleted',
      reason: 'deleted-in-google',
      mergedInto: null,
    };
  }

  private fact(resourceName: string) {
    return {
      contactId: this.id,
      accountId: this.accountId,
      resourceName,
      version: this.version,
      runId: RUN_ID,
      occurredAt: new Date(Date.UTC(2026, 1, 1) + this.version * 1000).toISOString(),
    };
  }
}

/** Appends in one transaction. @returns the position of the last event */
export async function append(em: SqlEntityManager, events: readonly ContactEvent[]): Promise<bigint> {
  const position = await em.fork().transactional((tem) => appendEvents(tem, events.map(newEvent)));
  if (position === null) throw new Error('Nothing was appended');
  return position;
}

export function newEvent(event: ContactEvent) {
  return {
    streamId: event.contactId,
    version: event.version,
    accountId: event.accountId,
    type: event.type,
    data: contactEventData(event),
    metadata: {},
    runId: event.runId,
    occurredAt: event.occurredAt,
  };
}

/** The whole log. */
export async function wholeLog(em: SqlEntityManager): Promise<ContactRecord[]> {
  const events = await readLog(em.fork(), { limit: 1_000_000 });
  return events
    .filter(isWhole)
    .map(({ position, type, data }) => ({ position, event: readContactEvent(type, data) }));
}
