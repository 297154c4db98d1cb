import { setTimeout as delay } from 'node:timers/promises';

import { type people_v1 } from '@googleapis/people';
import { MikroORM, type SqlEntityManager } from '@mikro-orm/postgresql';

import { type BenchDatabase } from '../../stage/bench-database.js';
import { type ListOptions, pagesOf } from '../../stage/google.js';
import { type SourceContact, SourceContactEntity, SourcePhoneNumberEntity } from './contact.entity.js';

/** As the source document has it. */
const PAGE_SIZE = 100;
const PAUSE_MS = 100;

/** Only what it stores. */
const FIELDS = ['names', 'emailAddresses', 'phoneNumbers', 'organizations', 'metadata'];

/** What it asks for in a full sync. */
export const SOURCE_LIST: ListOptions = { pageSize: PAGE_SIZE, personFields: FIELDS };

export interface SourceSyncOptions {
  /** Given: only what changed since. */
  readonly syncToken?: string;
  /** Whether it waits 0.1 s between two pages. */
  readonly pauses: boolean;
}

/**
 * The algorithm of the source document: pages of 100; for each contact one look-up, then one insert or update and its
 * phone numbers; a commit a page. Deleted contacts are marked.
 */
export class SourceAlgorithm {
  private constructor(private readonly orm: MikroORM) {}

  static async open({ url }: BenchDatabase): Promise<SourceAlgorithm> {
    const orm = new MikroORM({ clientUrl: url, entities: [SourceContactEntity, SourcePhoneNumberEntity] });
    await orm.connect();
    await orm.schema.update();
    return new SourceAlgorithm(orm);
  }

  /** @returns the sync token for the next time */
  async sync(client: people_v1.People, { syncToken, pauses }: SourceSyncOptions): Promise<string> {
    let next: string | null | undefined;
    for await (const page of pagesOf(client, { ...SOURCE_LIST, syncToken })) {
      await this.orm.em.fork().transactional(async (em) => {
        for (const person of page.connections ?? []) await store(em, person);
      });
      next = page.nextSyncToken;
      if (pauses && next == null) await delay(PAUSE_MS);
    }
    if (next == null) throw new Error('The list ended without a sync token');
    return next;
  }

  /** Stores a whole list in large batches, to have something that an incremental sync can change. */
  async fill(client: people_v1.People): Promise<string> {
    let next: string | null | undefined;
    for await (const page of pagesOf(client, { pageSize: 1_000, personFields: FIELDS })) {
      const em = this.orm.em.fork();
      for (const person of page.connections ?? []) {
        const contact = em.create(SourceContactEntity, {
          ...detailsOf(person),
          resourceName: nameOf(person),
        });
        addPhoneNumbers(em, contact, person);
      }
      await em.flush();
    }
    // Read once more in its own page size: a sync token is good only for the page size that it came with.
    for await (const page of pagesOf(client, SOURCE_LIST)) {
      next = page.nextSyncToken;
    }
    if (next == null) throw new Error('The list ended without a sync token');
    return next;
  }

  /** Contacts of others, made by SQL: their content does not matter, only their number. */
  async fillOthers(others: number): Promise<void> {
    await this.orm.em.getConnection().execute(
      `insert into source_contacts (resource_name, etag, display_name, given_name, family_name, email, deleted, synced_at)
       select 'people/other' || n, md5(n::text), 'Other ' || n, 'Other', n::text, n || '@example.org', false, now()
       from generate_series(1, ?::int) n`,
      [others],
    );
    await this.orm.em.getConnection().execute(
      `insert into source_phone_numbers (contact_id, value, display_value, type, is_primary)
       select id, '+331' || id, '+331' || id, 'mobile', true from source_contacts where resource_name like 'people/other%'`,
    );
    await this.orm.em.getConnection().execute('vacuum analyze');
  }

  /** Removes what syncs have stored. */
  async forget(others: boolean): Promise<void> {
    const connection = this.orm.em.getConnection();
    if (!others) {
      await connection.execute('truncate source_contacts, source_phone_numbers');
      return;
    }
    await connection.execute(`delete from source_contacts where resource_name not like 'people/other%'`);
    await connection.execute('vacuum source_contacts');
    await connection.execute('vacuum source_phone_numbers');
  }

  async close(): Promise<void> {
    await this.orm.close();
  }
}

async function store(em: SqlEntityManager, person: people_v1.Schema$Person): Promise<void> {
  const resourceName = nameOf(person);
  const known = await em.findOne(SourceContactEntity, { resourceName });
  if (person.metadata?.deleted === true) {
    if (known !== null) known.deleted = true;
  } else if (known === null) {
    addPhoneNumbers(em, em.create(SourceContactEntity, { ...detailsOf(person), resourceName }), person);
  } else {
    em.assign(known, detailsOf(person));
    await em.nativeDelete(SourcePhoneNumberEntity, { contact: known.id });
    addPhoneNumbers(em, known, person);
  }
  await em.flush();
}

function addPhoneNumbers(
  em: SqlEntityManager,
  contact: SourceContact,
  person: people_v1.Schema$Person,
): void {
  for (const { value, canonicalForm, type, metadata } of person.phoneNumbers ?? []) {
    em.create(SourcePhoneNumberEntity, {
      contact,
      value: canonicalForm ?? value ?? '',
      displayValue: value ?? '',
      type: type ?? null,
      isPrimary: metadata?.primary ?? false,
    });
  }
}

function nameOf({ resourceName }: people_v1.Schema$Person): string {
  if (resourceName == null) throw new Error('A person has no resource name');
  return resourceName;
}

function detailsOf(person: people_v1.Schema$Person) {
  const name = person.names?.[0];
  const organization = person.organizations?.[0];
  return {
    etag: person.etag ?? null,
    displayName: name?.displayName ?? null,
    givenName: name?.givenName ?? null,
    familyName: name?.familyName ?? null,
    email: person.emailAddresses?.[0]?.value ?? null,
    organization: organization?.name ?? null,
    jobTitle: organization?.title ?? null,
    deleted: false,
    syncedAt: new Date(),
  };
}
