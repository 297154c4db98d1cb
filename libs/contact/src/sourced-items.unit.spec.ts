import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { arbitraryFields } from './support/arbitrary-person.spec.js';
import { details } from './support/given.spec.js';

const own = (marks: object = {}) => ({ metadata: { ...marks, source: { type: 'CONTACT', id: '1' } } });
const profile = (marks: object = {}) => ({ metadata: { ...marks, source: { type: 'PROFILE', id: '2' } } });
const domain = { metadata: { source: { type: 'DOMAIN_PROFILE', id: '3' } } };
const primary = { primary: true, sourcePrimary: true };

describe('What the person wrote', () => {
  it('given a name in a profile, which Google prefers, when the person is read, then nothing of that name is shown', () => {
    const read = details({
      names: [
        { ...profile(primary), displayName: 'Maria Rossi', givenName: 'Maria', familyName: 'Rossi' },
        { ...own(), displayName: 'Mum', givenName: 'Mum' },
      ],
    });
    expect(read).toMatchObject({ displayName: 'Mum', givenName: 'Mum', familyName: null });
  });

  it('given only how the own name sounds, when the person is read, then the profile gives the name', () => {
    const read = details({
      names: [
        { ...own(), phoneticGivenName: 'ハナコ' },
        { ...profile(primary), displayName: '山田花子', phoneticGivenName: 'hanako' },
      ],
    });
    expect(read).toMatchObject({ displayName: '山田花子', phoneticGivenName: 'ハナコ' });
  });

  it.each([
    [
      'birthdays',
      'birthday',
      { text: 'spring' },
      { date: { day: 1 } },
      expect.objectContaining({ text: 'spring' }),
    ],
    ['genders', 'gender', { value: 'x' }, { value: 'y' }, { value: 'x', addressMeAs: null }],
    ['biographies', 'biography', { value: 'x' }, { value: 'y' }, 'x'],
    ['photos', 'photoUrl', { url: 'x' }, { url: 'y' }, 'x'],
    ['fileAses', 'fileAs', { value: 'x' }, { value: 'y' }, 'x'],
  ] as const)(
    'given %s of both, when the person is read, then %s is the own one, and the other only without it',
    (field, member, mine, theirs, expected) => {
      const theirItem = { ...profile(primary), ...theirs };
      expect(details({ [field]: [theirItem, { ...own(), ...mine }] })[member]).toEqual(expected);
      expect(details({ [field]: [theirItem] })[member]).not.toEqual(expected);
      expect(details({ [field]: [theirItem] })[member]).not.toBeNull();
    },
  );

  it("given Google's default photo beside that of a profile, when the person is read, then the latter is shown", () => {
    const photos = [
      { ...own(primary), url: 'default', default: true },
      { ...profile(), url: 'theirs' },
    ];
    expect(details({ photos }).photoUrl).toBe('theirs');
  });

  it('given values of a profile that are not there yet, when the person is read, then they come behind the own ones', () => {
    const both = [
      { ...profile(primary), value: 'a@example.org' },
      { ...own({ sourcePrimary: true }), value: 'z@example.org' },
      { ...own(), value: 'm@example.org' },
    ];
    const read = details({ emailAddresses: both, sipAddresses: both, nicknames: both });
    const expected = [
      ['z@example.org', true],
      ['m@example.org', false],
      ['a@example.org', false],
    ];
    for (const list of [read.emailAddresses, read.sipAddresses])
      expect(list.map((item) => [item.value, item.primary])).toEqual(expected);
    expect(read.nicknames).toEqual(expected.map(([value]) => value));
  });

  it('given items without a source, when the person is read, then they count as not its own', () => {
    const read = details({ biographies: [{ value: 'a' }, { ...own(), value: 'b' }] });
    expect(read.biography).toBe('b');
  });
});

describe('The same value', () => {
  it.each([
    ['an address that differs by case', 'emailAddresses', 'Ada@Example.org', 'ada@example.ORG'],
    ['an address with a sharp s', 'emailAddresses', 'strasse@example.org', 'STRAßE@example.org'],
    ['an address with blanks around it', 'emailAddresses', 'ada@example.org', ' ada@example.org\u00a0'],
    [
      'an address with something invisible in it',
      'emailAddresses',
      'ada@example.org',
      'ada@exam\u200bple.org',
    ],
    ['an address composed otherwise', 'emailAddresses', 'ünï@example.org', 'u\u0308ni\u0308@example.org'],
    ['a number written otherwise', 'phoneNumbers', '+49 172 555-0199', '+49 (172) 5550199'],
    ['a number in full-width digits', 'phoneNumbers', '06 12', '０６１２'],
    ['a number with dots', 'phoneNumbers', '06.12', '06·12'],
    ['a page of the same host', 'urls', 'https://Example.org', 'https://example.org/'],
    ['a SIP address that differs by case', 'sipAddresses', 'sip:ada@example.org', 'SIP:Ada@example.org'],
  ] as const)(
    'given %s, when the person is read, then it is there once, as the person wrote it',
    (_, field, mine, theirs) => {
      const items = [
        { ...profile(primary), value: theirs, type: 'home' },
        { ...own(), value: mine },
        { ...domain, value: theirs, type: 'work' },
      ];
      expect(details({ [field]: items })[field]).toEqual([
        expect.objectContaining({ value: mine, type: 'home', primary: true }),
      ]);
    },
  );

  it.each([
    [
      'canonical forms',
      [
        { value: '06 12', canonicalForm: '+3361' },
        { value: '0033 61', canonicalForm: '+3361' },
      ],
    ],
    ['a canonical form and digits', [{ value: '06 12', canonicalForm: '+33612' }, { value: '+33 6 12' }]],
    ['digits and a canonical form', [{ value: '+33 6 12' }, { value: '06 12', canonicalForm: '+33612' }]],
    ['digits alone', [{ value: '06 12' }, { value: '0612', canonicalForm: '+33612' }]],
    ['words', [{ value: 'call me' }, { value: 'Call me' }]],
  ])('given numbers that are the same by %s, when the person is read, then one is listed', (_, items) => {
    const [mine, theirs] = items;
    const phoneNumbers = [
      { ...profile(primary), ...theirs },
      { ...own(), ...mine },
    ];
    expect(details({ phoneNumbers }).phoneNumbers).toMatchObject([mine ?? {}]);
  });

  it.each([
    [
      'canonical forms',
      [
        { value: '06 12', canonicalForm: '+33612' },
        { value: '06 12', canonicalForm: '+31612' },
      ],
    ],
    ['digits', [{ value: '06 12' }, { value: '06 13' }]],
    [
      'an extension',
      [
        { value: '06 12', canonicalForm: '+33612' },
        { value: '06 12 ext 5', canonicalForm: '+33612' },
      ],
    ],
    ['a pause', [{ value: '06 12,,5' }, { value: '06 12' }]],
    ['a code before them', [{ value: '*31#0612' }, { value: '31 0612' }]],
  ])('given numbers that differ by %s, when the person is read, then both are there', (_, items) => {
    const phoneNumbers = items.map((item, at) => ({ ...(at === 0 ? own() : profile(primary)), ...item }));
    expect(details({ phoneNumbers }).phoneNumbers).toHaveLength(2);
  });

  it('given pages that differ by the case of a path, when the person is read, then both are there', () => {
    const urls = [{ value: 'https://example.org/A' }, { value: 'https://example.org/a' }];
    expect(details({ urls }).urls).toHaveLength(2);
  });

  it('given a number under two labels of the person, when the person is read, then it is there once, and the primary one', () => {
    const phoneNumbers = [
      { ...own(), value: '06 12', type: 'home' },
      { ...own(primary), value: '0612', type: 'work' },
    ];
    expect(details({ phoneNumbers }).phoneNumbers).toEqual([
      { value: '0612', canonicalForm: null, type: 'work', primary: true },
    ]);
  });

  it.each([
    [
      'organizations',
      { name: 'Engines', title: 'Analyst' },
      { name: 'engines', type: 'work', current: true },
    ],
    [
      'addresses',
      { streetAddress: '1 Rue', city: 'Paris', type: 'home' },
      { streetAddress: '1 rue', city: 'PARIS' },
    ],
    [
      'addresses',
      { formattedValue: '1 Rue\nParis', type: 'home' },
      { formattedValue: '1 Rue\r\nParis ', type: 'home' },
    ],
    ['relations', { person: 'Byron', type: 'father' }, { person: 'byron' }],
    ['events', { type: 'anniversary', date: { month: 7, day: 8 } }, { date: { month: 7, day: 8 } }],
    [
      'imClients',
      { username: 'ada', protocol: 'jabber', type: 'home' },
      { username: 'Ada', protocol: 'Jabber' },
    ],
    ['userDefined', { key: 'k', value: 'v' }, { key: 'K', value: 'v' }],
    ['nicknames', { value: 'Addie' }, { value: 'addie' }],
    ['occupations', { value: 'Analyst' }, { value: 'analyst' }],
    ['externalIds', { value: '1', type: 'customer' }, { value: '1', type: 'customer' }],
  ] as const)(
    'given %s of a profile that say nothing new, when the person is read, then they are not there',
    (field, mine, theirs) => {
      const items = [
        { ...profile(primary), ...theirs },
        { ...own(), ...mine },
      ];
      const [alone] = details({ [field]: [{ ...own(primary), ...mine }] })[field];
      expect(details({ [field]: items })[field]).toEqual([alone]);
    },
  );

  it.each([
    ['organizations', { name: 'Engines' }, { name: 'Engines', title: 'Analyst' }],
    ['addresses', { city: 'Paris' }, { city: 'Paris', streetAddress: '1 Rue' }],
    ['relations', { person: 'Byron', type: 'father' }, { person: 'Byron', type: 'friend' }],
    ['events', { date: { month: 7, day: 8 } }, { date: { month: 7, day: 9 } }],
  ] as const)(
    'given %s of a profile that say more, when the person is read, then both are there',
    (field, mine, theirs) => {
      const items = [
        { ...profile(primary), ...theirs },
        { ...own(), ...mine },
      ];
      expect(details({ [field]: items })[field]).toHaveLength(2);
    },
  );

  it('given items of the own one of which says less than the other, when the person is read, then both are there', () => {
    const organizations = [
      { ...own(primary), name: 'Engines', title: 'Analyst' },
      { ...own(), name: 'Engines' },
      { ...own(), name: 'Engines' },
    ];
    expect(details({ organizations }).organizations).toHaveLength(2);
  });
});

describe('The primary one of a list', () => {
  const values = (items: object[]) =>
    details({ emailAddresses: items }).emailAddresses.map((item) => [item.value, item.primary]);

  it('given a mark on what says nothing, when the person is read, then another one is it', () => {
    expect(
      values([
        { ...own(primary), value: ' ' },
        { ...own(), value: 'a' },
      ]),
    ).toEqual([['a', true]]);
  });

  it('given a mark on a value of a profile that the person wrote, too, when the person is read, then that is it', () => {
    expect(
      values([
        { ...own({ sourcePrimary: true }), value: 'a' },
        { ...own(), value: 'b' },
        { ...profile(primary), value: 'B' },
      ]),
    ).toEqual([
      ['b', true],
      ['a', false],
    ]);
  });

  it('given any items, when the person is read, then exactly one is it and comes first where Google marks one, else none', () => {
    const lists = [
      'emailAddresses',
      'phoneNumbers',
      'organizations',
      'addresses',
      'urls',
      'sipAddresses',
      'calendarUrls',
    ] as const;
    fc.assert(
      fc.property(arbitraryFields, (fields) => {
        const read = details(fields);
        for (const field of lists) {
          const isMarked = (fields[field] ?? []).some(
            ({ metadata }) => (metadata as { primary?: boolean }).primary === true,
          );
          const marks = read[field].map((item) => item.primary);
          expect(marks).toEqual(marks.map((_, at) => isMarked && at === 0));
        }
      }),
      { numRuns: 300 },
    );
  });
});
