const own = { metadata: { sourcePrimary: true, source: { type: 'CONTACT', id: 'own' } } };
const profile = { metadata: { source: { type: 'PROFILE', id: '1' } } };
const primaryProfile = {
  metadata: { primary: true, sourcePrimary: true, source: { type: 'PROFILE', id: '1' } },
};

const NAMES = [
  [{ givenName: 'Ada' }],
  [{ givenName: 'Ada', familyName: "O'Neil" }],
  [{ givenName: '名前', familyName: 'Ö', honorificPrefix: 'Dr' }],
  [{ givenName: '👩🏽‍🚀' }],
  [{ phoneticGivenName: 'ハナコ', phoneticFamilyName: 'ヤマダ' }],
  [{ givenName: ' \u200b' }],
  [
    { ...own, givenName: 'Mum' },
    { ...primaryProfile, givenName: 'Maria', familyName: 'Rossi' },
  ],
];
const PHONES = [
  [],
  [{ value: '+33612345678', type: 'mobile' }],
  [
    { value: '06 12', type: 'home' },
    { value: '06 12', type: 'work' },
    { value: '06 12', type: 'work' },
  ],
  [
    { ...own, value: '06-12' },
    { ...primaryProfile, value: '0612', type: 'mobile' },
  ],
];
const MAILS = [
  [],
  [
    { value: 'ada@example.org', type: 'work' },
    { value: 'ünï@example.org', type: 'home' },
  ],
  [
    { ...own, value: 'Ada@Example.org' },
    { ...primaryProfile, value: 'ada@example.org', type: 'home' },
    { ...profile, value: 'ada@profile.example' },
  ],
];
const ORGANIZATIONS = [
  [],
  [
    { name: 'Acme', title: 'CTO' },
    { name: 'Œuvre', title: 'Clerk', phoneticName: 'ウーブル' },
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
  {
    fileAses: [{ value: 'Lovelace, Ada' }],
    birthdays: [{ text: 'spring 1961' }],
    sipAddresses: [{ value: 'sip:ada@example.org', type: 'work' }],
  },
  {
    biographies: [
      { ...own, value: 'mine' },
      { ...primaryProfile, value: 'theirs' },
    ],
    birthdays: [{ date: { year: 1604, month: 2, day: 29 } }],
    genders: [{ value: 'female', addressMeAs: 'she' }],
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
    names: pick(NAMES),
    phoneNumbers: pick(PHONES),
    emailAddresses: pick(MAILS),
    organizations: pick(ORGANIZATIONS),
    ...pick(REST),
  };
}
