/**
 * The valid paths of `personFields`, as the People API's discovery document lists them (people v1), and behind them
 * `fileAses`: the document has it as a field of a person only, and programs in wide use ask for it. Seeded persons depend
 * on the order.
 */
export const PERSON_FIELDS = [
  'addresses',
  'ageRanges',
  'biographies',
  'birthdays',
  'calendarUrls',
  'clientData',
  'coverPhotos',
  'emailAddresses',
  'events',
  'externalIds',
  'genders',
  'imClients',
  'interests',
  'locales',
  'locations',
  'memberships',
  'metadata',
  'miscKeywords',
  'names',
  'nicknames',
  'occupations',
  'organizations',
  'phoneNumbers',
  'photos',
  'relations',
  'sipAddresses',
  'skills',
  'urls',
  'userDefined',
  'fileAses',
] as const;

export type PersonField = (typeof PERSON_FIELDS)[number];

/** The fields of a person without its names and metadata; what is stored for an edited person. */
export type PersonItems = Partial<Record<PersonField, unknown>>;

export function isPersonField(name: string): name is PersonField {
  return (PERSON_FIELDS as readonly string[]).includes(name);
}
