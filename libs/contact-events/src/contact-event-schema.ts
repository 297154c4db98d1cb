import { type ContactDeleted, type ContactUpdated, RESOURCE_NAME } from '#contact';
import { z } from 'zod';

import { time, uuid } from './text-formats.js';

const text = z.string().nullable();
const type = text.describe(
  'Google\'s label for it, such as "home" or "work", or the person\'s own; null if there is none',
);
const primary = z
  .boolean()
  .describe(
    "Whether it is the primary one of its kind: Google's, but one that the person wrote before a profile's",
  );
const partialDate = {
  year: z.int().min(1).max(9999).nullable(),
  month: z.int().min(1).max(12).nullable(),
  day: z.int().min(1).max(31).nullable(),
};

const typedTexts = z.array(z.object({ value: z.string(), type }));

/*
 * What came after version 1 was published is missing in the events before it: members of contact are read as if they said
 * nothing, members of items are there only where they say something.
 */
const later = {
  text: text.default(null),
  texts: z.array(z.string()).default([]),
  typedTexts: typedTexts.default([]),
  typedValues: z.array(z.object({ value: z.string(), type, primary })).default([]),
};

/** A schema without what is read for what is not there. */
type Given<Schema extends z.ZodType> =
  Schema extends z.ZodDefault<infer Inner extends z.ZodType> ? Inner : Schema;

/** What a contact says; the same fields in REST and in events. */
export const contactDetailsShape = {
  displayName: z
    .string()
    .describe(
      "The display name that the person wrote, else Google's primary one, else made from organisation, e-mail, " +
        'phone or what else there is; empty if there is nothing',
    ),
  givenName: text,
  familyName: text,
  middleName: text,
  honorificPrefix: text,
  honorificSuffix: text,
  phoneticFullName: later.text.describe('How the name sounds, where it is not given in parts'),
  phoneticGivenName: later.text,
  phoneticFamilyName: later.text,
  phoneticMiddleName: later.text,
  phoneticHonorificPrefix: later.text,
  phoneticHonorificSuffix: later.text,
  fileAs: later.text.describe('What it is filed under, as typed'),
  nicknames: z.array(z.string()),
  emailAddresses: z.array(
    z.object({
      value: z.string(),
      type,
      displayName: z.string().optional().describe('A name for this address alone'),
      primary,
    }),
  ),
  phoneNumbers: z.array(
    z.object({
      value: z.string(),
      canonicalForm: text.describe('E.164, such as +33612345678, where Google could tell it'),
      type,
      primary,
    }),
  ),
  organizations: z.array(
    z.object({
      name: text,
      title: text,
      department: text,
      phoneticName: z.string().optional(),
      jobDescription: z.string().optional(),
      symbol: z.string().optional().describe('Such as a stock ticker or an abbreviation'),
      domain: z.string().optional(),
      location: z.string().optional().describe('Of the office'),
      type: z.string().optional().describe('"work", "school" or the person\'s own label'),
      startDate: z.object(partialDate).optional(),
      endDate: z.object(partialDate).optional(),
      current: z.boolean().optional(),
      primary,
    }),
  ),
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
  birthday: z
    .object({
      ...partialDate,
      text: z.string().optional().describe('What was typed where it is no date; the date has nulls then'),
    })
    .nullable(),
  gender: z
    .object({ value: text, addressMeAs: text.describe('Pronouns') })
    .nullable()
    .default(null),
  urls: z.array(z.object({ value: z.string(), type, primary })),
  relations: z.array(z.object({ person: z.string(), type })),
  events: z.array(z.object({ type, ...partialDate })),
  imClients: z.array(z.object({ username: z.string(), protocol: text, type })),
  sipAddresses: later.typedValues,
  calendarUrls: later.typedValues,
  occupations: later.texts,
  interests: later.texts,
  locales: later.texts.describe('Languages, as IETF BCP 47 tags'),
  locations: later.typedTexts,
  externalIds: later.typedTexts,
  miscKeywords: later.typedTexts.describe('Fields of other address books, mostly of Outlook'),
  userDefined: z.array(z.object({ key: z.string(), value: z.string() })),
  biography: text,
  photoUrl: text.describe('null also where Google shows its default photo'),
  groups: z.array(z.string()).describe('Resource names of contact groups, contactGroups/…'),
};

const resourceName = z.string().regex(RESOURCE_NAME);

const contactSchema = z.object({
  id: uuid.describe('Equals contactId'),
  accountId: uuid.describe('Equals accountId beside contact'),
  resourceName: resourceName.describe('Equals resourceName beside contact'),
  ...contactDetailsShape,
  updatedAt: time.describe(
    'When Google says that the contact was last changed, else when the event occurred; UTC, ISO 8601',
  ),
});

/** Each field as it may have been; one that has nothing for want of a change is left out. */
const beforeSchema = z.object({
  resourceName: resourceName.optional(),
  ...(Object.fromEntries(
    Object.entries<z.ZodType>(contactDetailsShape).map(([name, schema]) => [
      name,
      (schema instanceof z.ZodDefault ? (schema.unwrap() as z.ZodType) : schema).optional(),
    ]),
  ) as {
    [Field in keyof typeof contactDetailsShape]: z.ZodOptional<Given<(typeof contactDetailsShape)[Field]>>;
  }),
});

const factShape = {
  contactId: uuid.describe('A UUID. Stays the same for the life of the contact, whatever Google calls it'),
  accountId: uuid.describe('A UUID'),
  resourceName: resourceName.describe("Google's name for the contact, people/…"),
  version: z.int().min(1).describe('1, 2, 3, … without a gap within a contact'),
  runId: uuid.describe('A UUID: the sync run that found it out'),
  occurredAt: time.describe('UTC, ISO 8601'),
};

const CHANGED_FIELDS = [
  'resourceName',
  ...(Object.keys(contactDetailsShape) as (keyof typeof contactDetailsShape)[]),
] as const;

/*
 * What the members of an event have to do with each other, for the published schemas alone: decide() holds the service to it,
 * and its reader takes whatever its log has. Each part names its type, which strict validators ask for.
 */
const ofUpdate = [
  {
    if: { properties: { change: { enum: ['created', 'restored'] } } },
    then: { properties: { changedFields: { type: 'array', maxItems: 0 }, before: { type: 'null' } } },
    else: { properties: { before: { type: 'object' } } },
  },
  {
    // That it comes first can be said by a tuple alone, and strict validators refuse one that goes on.
    if: { properties: { change: { const: 'renamed' } } },
    then: {
      properties: {
        changedFields: { type: 'array', contains: { const: 'resourceName' } },
        before: { type: 'object', properties: { resourceName: {} }, required: ['resourceName'] },
      },
    },
    else: {
      properties: {
        changedFields: { type: 'array', items: { not: { const: 'resourceName' } } },
        before: { type: ['object', 'null'], properties: { resourceName: false } },
      },
    },
  },
  {
    // A contact with members that came later may have changed in those; else the fields are these and no others.
    if: {
      properties: {
        contact: {
          type: 'object',
          propertyNames: { enum: ['id', 'accountId', ...CHANGED_FIELDS, 'updatedAt'] },
        },
      },
    },
    then: {
      properties: {
        changedFields: { type: 'array', items: { enum: CHANGED_FIELDS } },
        before: { type: ['object', 'null'], propertyNames: { enum: CHANGED_FIELDS } },
      },
    },
  },
];

const ofDeletion = [
  {
    if: { properties: { reason: { const: 'merged' } } },
    then: { properties: { mergedInto: { type: 'string' } } },
    else: { properties: { mergedInto: { type: 'null' } } },
  },
];

/** Version 1 of ContactUpdated's data. A published version gains optional members at most; else it is a new version. */
export const contactUpdatedSchema = z
  .object({
    ...factShape,
    change: z.enum(['created', 'updated', 'renamed', 'restored']),
    // Open in the published schema, so that a new optional member of contact is no new version.
    changedFields: z
      .array(z.enum(CHANGED_FIELDS).meta({ open: true }))
      .meta({ uniqueItems: true })
      .describe(
        'Names of members of contact; empty for created and restored; resourceName comes first for renamed',
      ),
    before: beforeSchema
      .nullable()
      .optional()
      .describe(
        'The changed fields as they were: its members are those that changedFields names; null for created and restored; ' +
          'not in events of before the service kept it',
      ),
    contact: contactSchema.describe('The whole new state'),
    truncatedFields: z
      .array(z.string().regex(/^\/(contact|before)(\/([^~\/]|~[01])+)+$/))
      .min(1)
      .meta({ uniqueItems: true })
      .optional()
      .describe(
        'Only where the value would exceed 512 KiB: JSON pointers to texts that were cut; REST has them whole',
      ),
  })
  .meta({ allOf: ofUpdate })
  .describe('A contact was created, updated, renamed or restored');

/** Version 1 of ContactDeleted's data. */
export const contactDeletedSchema = z
  .object({
    ...factShape,
    reason: z.enum(['deleted-in-google', 'absent-from-full-sync', 'merged', 'account-erased']),
    mergedInto: uuid.nullable().describe('The surviving contact, for merged only'),
  })
  .meta({ allOf: ofDeletion })
  .describe('A contact is gone');

export type ContactUpdatedData = Omit<ContactUpdated, 'type'>;
export type ContactDeletedData = Omit<ContactDeleted, 'type'>;

// The domain's types and the published schemas say the same; the compiler holds them to it.
contactUpdatedSchema satisfies z.ZodType<ContactUpdatedData>;
contactDeletedSchema satisfies z.ZodType<ContactDeletedData>;
