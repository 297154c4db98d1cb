import { type ContactDeleted, type ContactUpdated } from '#contact';
import { z } from 'zod';

const text = z.string().nullable();
const type = text.describe(
  'Google\'s label for it, such as "home" or "work", or the person\'s own; null if there is none',
);
const primary = z.boolean().describe('Whether Google marks it as the primary one of its kind');
const partialDate = {
  year: z.int().nullable(),
  month: z.int().min(1).max(12).nullable(),
  day: z.int().min(1).max(31).nullable(),
};

/** What a contact says; the same fields in REST and in events. */
export const contactDetailsShape = {
  displayName: z
    .string()
    .describe(
      "Google's primary display name, else made from organisation, e-mail or phone; empty if there is nothing",
    ),
  givenName: text,
  familyName: text,
  middleName: text,
  honorificPrefix: text,
  honorificSuffix: text,
  nicknames: z.array(z.string()),
  emailAddresses: z.array(z.object({ value: z.string(), type, primary })),
  phoneNumbers: z.array(
    z.object({
      value: z.string(),
      canonicalForm: text.describe('E.164, such as +33612345678, where Google could tell it'),
      type,
      primary,
    }),
  ),
  organizations: z.array(z.object({ name: text, title: text, department: text, primary })),
  addresses: z.array(
    z.object({
      formattedValue: text,
      type,
      streetAddress: text,
      extendedAddress: text,
      poBox: text,
      city: text,
      region: text,
      postalCode: text,
      country: text,
      countryCode: text.describe('ISO 3166-1 alpha-2'),
      primary,
    }),
  ),
  birthday: z.object(partialDate).nullable(),
  urls: z.array(z.object({ value: z.string(), type, primary })),
  relations: z.array(z.object({ person: z.string(), type })),
  events: z.array(z.object({ type, ...partialDate })),
  imClients: z.array(z.object({ username: z.string(), protocol: text, type })),
  userDefined: z.array(z.object({ key: z.string(), value: z.string() })),
  biography: text,
  photoUrl: text.describe('null also where Google shows its default photo'),
  groups: z.array(z.string()).describe('Resource names of contact groups, contactGroups/…'),
};

const updatedAt = z.iso
  .datetime()
  .describe('When Google says that the contact was last changed, else when the event occurred');

const contactSchema = z.object({
  id: z.uuid(),
  accountId: z.uuid(),
  resourceName: z.string(),
  ...contactDetailsShape,
  updatedAt,
});

const factShape = {
  contactId: z.uuid().describe('Stays the same for the life of the contact, whatever Google calls it'),
  accountId: z.uuid(),
  resourceName: z.string().describe("Google's name for the contact, people/…"),
  version: z.int().min(1).describe('1, 2, 3, … without a gap within a contact'),
  runId: z.uuid().describe('The sync run that found it out'),
  occurredAt: z.iso.datetime(),
};

/** Version 1 of ContactUpdated's data. A published version gains optional members at most; else it is a new version. */
export const contactUpdatedSchema = z
  .object({
    ...factShape,
    change: z.enum(['created', 'updated', 'renamed', 'restored']),
    // Open in the published schema, so that a new optional member of contact is no new version.
    changedFields: z
      .array(
        z
          .enum([
            'resourceName',
            ...(Object.keys(contactDetailsShape) as (keyof typeof contactDetailsShape)[]),
          ])
          .meta({ open: true }),
      )
      .describe(
        'Names of members of contact; empty for created and restored; resourceName comes first for renamed',
      ),
    contact: contactSchema.describe('The whole new state'),
    truncatedFields: z
      .array(z.string())
      .optional()
      .describe(
        'Only where the value would exceed 512 KiB: JSON pointers to texts that were cut; REST has them whole',
      ),
  })
  .describe('A contact was created, updated, renamed or restored');

/** Version 1 of ContactDeleted's data. */
export const contactDeletedSchema = z
  .object({
    ...factShape,
    reason: z.enum(['deleted-in-google', 'absent-from-full-sync', 'merged', 'account-erased']),
    mergedInto: z.uuid().nullable().describe('The surviving contact, for merged only'),
  })
  .describe('A contact is gone');

export type ContactUpdatedData = Omit<ContactUpdated, 'type'>;
export type ContactDeletedData = Omit<ContactDeleted, 'type'>;

// The domain's types and the published schemas say the same; the compiler holds them to it.
contactUpdatedSchema satisfies z.ZodType<ContactUpdatedData>;
contactDeletedSchema satisfies z.ZodType<ContactDeletedData>;
