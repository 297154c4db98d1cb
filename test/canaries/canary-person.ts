import { type Canaries } from './canary.js';

/** A person of Google's with a canary in every text that a contact takes from it. */
export function canaryPerson(canaries: Canaries): object {
  const text = (field: string): string => canaries.put(`contact ${field}`);
  const texts = (field: string, ...members: string[]): object =>
    Object.fromEntries(members.map((member) => [member, text(`${field}.${member}`)]));
  const one = (field: string, ...members: string[]): object[] => [texts(field, ...members)];
  const email = (field: string): string => `${text(field)}@example.org`;
  return {
    names: [
      {
        ...texts('names', 'displayName', 'givenName', 'familyName', 'middleName'),
        ...texts('names', 'honorificPrefix', 'honorificSuffix'),
        ...texts(
          'names',
          'phoneticFullName',
          'phoneticGivenName',
          'phoneticFamilyName',
          'phoneticMiddleName',
        ),
        ...texts('names', 'phoneticHonorificPrefix', 'phoneticHonorificSuffix'),
      },
    ],
    fileAses: one('fileAses', 'value'),
    nicknames: one('nicknames', 'value'),
    emailAddresses: [
      { value: email('emailAddresses.value'), ...texts('emailAddresses', 'type', 'displayName') },
    ],
    phoneNumbers: [
      { value: `+49${canaries.putNumber('contact phoneNumbers.value')}`, ...texts('phoneNumbers', 'type') },
    ],
    organizations: one(
      'organizations',
      ...[
        'name',
        'title',
        'department',
        'phoneticName',
        'jobDescription',
        'symbol',
        'domain',
        'location',
        'type',
      ],
    ),
    addresses: one(
      'addresses',
      ...[
        'formattedValue',
        'type',
        'streetAddress',
        'extendedAddress',
        'poBox',
        'city',
        'region',
        'postalCode',
      ],
      ...['country', 'countryCode'],
    ),
    birthdays: one('birthdays', 'text'),
    genders: one('genders', 'value', 'addressMeAs'),
    urls: [{ value: `https://${text('urls.value')}.example`, ...texts('urls', 'type') }],
    relations: one('relations', 'person', 'type'),
    events: [{ ...texts('events', 'type'), date: { year: 1835, month: 7, day: 8 } }],
    imClients: one('imClients', 'username', 'protocol', 'type'),
    sipAddresses: [{ value: `sip:${email('sipAddresses.value')}`, ...texts('sipAddresses', 'type') }],
    calendarUrls: [{ url: `https://${text('calendarUrls.url')}.example`, ...texts('calendarUrls', 'type') }],
    occupations: one('occupations', 'value'),
    interests: one('interests', 'value'),
    locales: one('locales', 'value'),
    locations: one('locations', 'value', 'type'),
    externalIds: one('externalIds', 'value', 'type'),
    miscKeywords: [{ ...texts('miscKeywords', 'value'), type: 'OUTLOOK_KEYWORD' }],
    userDefined: one('userDefined', 'key', 'value'),
    biographies: one('biographies', 'value'),
    memberships: [
      { contactGroupMembership: { contactGroupResourceName: `contactGroups/${text('memberships')}` } },
    ],
  };
}
