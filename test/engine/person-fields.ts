const NAMES = [
  { givenName: 'Ada' },
  { givenName: 'Ada', familyName: "O'Neil" },
  { givenName: '名前', familyName: 'Ö', honorificPrefix: 'Dr' },
  { givenName: '👩🏽‍🚀' },
];
const PHONES = [
  [],
  [{ value: '+33612345678', type: 'mobile' }],
  [
    { value: '06 12', type: 'home' },
    { value: '06 12', type: 'work' },
    { value: '06 12', type: 'work' },
  ],
];
const MAILS = [
  [],
  [
    { value: 'ada@example.org', type: 'work' },
    { value: 'ünï@example.org', type: 'home' },
  ],
];
const ORGANIZATIONS = [
  [],
  [
    { name: 'Acme', title: 'CTO' },
    { name: 'Œuvre', title: 'Clerk' },
  ],
];
const REST = [
  {},
  { biographies: [{ value: 'one' }] },
  {
    biographies: [{ value: 'two\nlines' }],
    userDefined: [
      { key: '"', value: '1' },
      { key: 'k', value: '\\' },
    ],
  },
];

/** How many kinds of fields there are. */
export const KINDS_OF_FIELDS =
  NAMES.length * PHONES.length * MAILS.length * ORGANIZATIONS.length * REST.length;

/** The fields of a person, by a number, so that a failing history stays short. @param kind below {@link KINDS_OF_FIELDS} */
export function personFields(kind: number): object {
  let rest = kind;
  const pick = <T>(values: readonly T[]): T | undefined => {
    const value = values[rest % values.length];
    rest = Math.floor(rest / values.length);
    return value;
  };
  return {
    names: [pick(NAMES)],
    phoneNumbers: pick(PHONES),
    emailAddresses: pick(MAILS),
    organizations: pick(ORGANIZATIONS),
    ...pick(REST),
  };
}
