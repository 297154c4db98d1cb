import { defineEntity, type InferEntity, p } from '@mikro-orm/core';

/** A contact as the source document stores it: its latest state, without history. */
export const SourceContactEntity = defineEntity({
  name: 'SourceContact',
  tableName: 'source_contacts',
  properties: {
    id: p.integer().primary().autoincrement(),
    resourceName: p.text().unique(),
    etag: p.text().nullable(),
    displayName: p.text().nullable(),
    givenName: p.text().nullable(),
    familyName: p.text().nullable(),
    email: p.text().nullable(),
    organization: p.text().nullable(),
    jobTitle: p.text().nullable(),
    deleted: p.boolean(),
    syncedAt: p.datetime(),
    phoneNumbers: () => p.oneToMany(SourcePhoneNumberEntity).mappedBy('contact').orphanRemoval(),
  },
});

export const SourcePhoneNumberEntity = defineEntity({
  name: 'SourcePhoneNumber',
  tableName: 'source_phone_numbers',
  properties: {
    id: p.integer().primary().autoincrement(),
    contact: () => p.manyToOne(SourceContactEntity).deleteRule('cascade').index(),
    value: p.text(),
    displayValue: p.text(),
    type: p.text().nullable(),
    isPrimary: p.boolean(),
  },
});

export type SourceContact = InferEntity<typeof SourceContactEntity>;
