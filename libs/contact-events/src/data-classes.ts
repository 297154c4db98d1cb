import { type contactDetailsShape } from './contact-event-schema.js';

/**
 * How a field is to be handled: `personal` tells of a person, by a `contact-point` one reaches them, in `free-text` they
 * may have written anything, and `technical` says nothing of a person by itself.
 */
export type DataClass = 'personal' | 'contact-point' | 'free-text' | 'technical';

/** The keyword that carries it in the AsyncAPI document. */
export const DATA_CLASS = 'x-data-class';

type JsonSchema = Readonly<Record<string, unknown>>;

/** Of each member of a contact, and of what it holds, unless an exception below says otherwise. */
export const contactDataClasses: Readonly<Record<keyof typeof contactDetailsShape, DataClass>> = {
  displayName: 'personal',
  givenName: 'personal',
  familyName: 'personal',
  middleName: 'personal',
  honorificPrefix: 'personal',
  honorificSuffix: 'personal',
  phoneticFullName: 'personal',
  phoneticGivenName: 'personal',
  phoneticFamilyName: 'personal',
  phoneticMiddleName: 'personal',
  phoneticHonorificPrefix: 'personal',
  phoneticHonorificSuffix: 'personal',
  fileAs: 'personal',
  nicknames: 'personal',
  emailAddresses: 'contact-point',
  phoneNumbers: 'contact-point',
  organizations: 'personal',
  addresses: 'contact-point',
  birthday: 'personal',
  gender: 'personal',
  urls: 'contact-point',
  relations: 'personal',
  events: 'personal',
  imClients: 'contact-point',
  sipAddresses: 'contact-point',
  calendarUrls: 'contact-point',
  occupations: 'personal',
  interests: 'personal',
  locales: 'personal',
  locations: 'personal',
  externalIds: 'personal',
  miscKeywords: 'free-text',
  userDefined: 'free-text',
  biography: 'free-text',
  photoUrl: 'personal',
  groups: 'technical',
};

/** By their path. A label (`type`) may be the person's own words. */
const EXCEPTIONS: readonly (readonly [RegExp, DataClass])[] = [
  [/^contact\.\w+\.type$/, 'free-text'],
  [/^contact\.\w+\.primary$/, 'technical'],
  [/^contact\.imClients\.protocol$/, 'technical'],
  [/^contact\.emailAddresses\.displayName$/, 'personal'],
  [/^contact\.organizations\.jobDescription$/, 'free-text'],
  [/^contact\.birthday\.text$/, 'free-text'],
];

const OTHERS: Readonly<Record<string, DataClass>> = {
  contactId: 'technical',
  accountId: 'technical',
  resourceName: 'technical',
  version: 'technical',
  runId: 'technical',
  occurredAt: 'technical',
  change: 'technical',
  changedFields: 'technical',
  truncatedFields: 'technical',
  reason: 'technical',
  mergedInto: 'technical',
  lastPosition: 'technical',
  // What others call an account may tell whose it is.
  reference: 'personal',
  'contact.id': 'technical',
  'contact.accountId': 'technical',
  'contact.resourceName': 'technical',
  'contact.updatedAt': 'technical',
};

/**
 * What a contact was is of the classes of what it is.
 *
 * @param path of a member of the events' data; items of a list have the list's own. @returns undefined: it has none
 */
export function dataClassOf(pathOfMember: string): DataClass | undefined {
  const path = pathOfMember.replace(/^before\./, 'contact.');
  const [, member = ''] = /^contact\.(\w+)/.exec(path) ?? [];
  const exception = EXCEPTIONS.find(([pattern]) => pattern.test(path))?.[1];
  return exception ?? OTHERS[path] ?? (contactDataClasses as Readonly<Record<string, DataClass>>)[member];
}

/** Writes the class into each member that holds no others. */
export function classified(
  schema: JsonSchema,
  classOf: (path: string) => DataClass | undefined,
  path = '',
): JsonSchema {
  const within = (part: unknown, inner: string): JsonSchema => classified(part as JsonSchema, classOf, inner);
  if (!holdsMembers(schema)) return { ...schema, [DATA_CLASS]: classOf(path) };
  const { properties, items, anyOf } = schema as { properties?: object; items?: object; anyOf?: object[] };
  return {
    ...schema,
    ...(properties === undefined
      ? {}
      : {
          properties: Object.fromEntries(
            Object.entries(properties).map(([name, part]) => [
              name,
              within(part, path === '' ? name : `${path}.${name}`),
            ]),
          ),
        }),
    ...(items === undefined ? {} : { items: within(items, path) }),
    ...(anyOf === undefined
      ? {}
      : { anyOf: anyOf.map((part) => (holdsMembers(part) ? within(part, path) : part)) }),
  };
}

/** An object, a list of objects, or one of these or null. */
function holdsMembers(schema: object): boolean {
  const { properties, items, anyOf } = schema as { properties?: object; items?: object; anyOf?: object[] };
  return (
    properties !== undefined || (items !== undefined && holdsMembers(items)) || !!anyOf?.some(holdsMembers)
  );
}
