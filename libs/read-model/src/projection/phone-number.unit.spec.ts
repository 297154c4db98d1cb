import { describe, expect, it } from '@jest/globals';
import { type CountryCode } from 'libphonenumber-js/max';

import { matchPhones, phoneKeys, readContactPhone, readPhone } from './phone-number.js';

/** How a contact's number matches one that is asked for, and whether the index would find it. */
function match(
  asked: string,
  { value, canonicalForm = null }: { value: string; canonicalForm?: string | null },
  region?: CountryCode,
) {
  const [one, other] = [readPhone(asked, region), readContactPhone({ value, canonicalForm }, region)];
  // Keys are stored without a region.
  const stored = readContactPhone({ value, canonicalForm });
  if (one === null || other === null || stored === null) throw new Error('There is no digit');
  const found = matchPhones(one, other);
  const keys = phoneKeys(one);
  if (found !== null) expect(phoneKeys(stored).some((key) => keys.includes(key))).toBe(true);
  return found;
}

const MOBILE = { value: '+49 172 5550199', canonicalForm: '+491725550199' };

describe('A number that is known in full', () => {
  it.each([
    ['+491725550199'],
    ['00491725550199'],
    ['+49 172 555-0199'],
    ['+49 (0)172 5550199'],
    ['(0049) 172/5550199'],
    ['＋４９ 172 5550199'],
    ['+٤٩١٧٢٥٥٥٠١٩٩'],
    ['tel:+49-172-5550199'],
    ['sip:+491725550199@pbx.example'],
    ['491725550199'],
    ['+49\u00a0172\u200b5550199'],
    ['*31#+491725550199'],
    ['+491725550199,,12#'],
    ['+491725550199 ext. 12'],
    ['+491725550199p12'],
  ])('is the same as %s, whatever the region', (asked) => {
    expect(match(asked, MOBILE)).toBe('exact');
    expect(match(asked, MOBILE, 'DE')).toBe('exact');
    expect(match(asked, { value: '+49 172 5550199' })).toBe('exact');
    expect(match(asked, { value: '0172 5550199', canonicalForm: '+491725550199' })).toBe('exact');
  });

  it.each([
    ['01725550199', 'DE'],
    ['172 5550199', 'DE'],
    ['0049 172 5550199', 'DE'],
    ['011 49 172 5550199', 'US'],
  ] as const)('is the same as %s, dialled in %s', (asked, region) => {
    expect(match(asked, MOBILE, region)).toBe('exact');
  });

  it.each([
    ['8 (926) 123-45-67', 'RU', '+79261234567'],
    ['06 20 123 4567', 'HU', '+36201234567'],
    ['1 (650) 253-0000', 'US', '+16502530000'],
    ['(650) 253-0000', 'US', '+16502530000'],
    ['06 12345678', 'IT', '+390612345678'],
    ['011 15-2345-6789', 'AR', '+5491123456789'],
    ['020 7946 0018', 'GB', '+442079460018'],
    ['312345', 'AD', '+376312345'],
  ] as const)('is %s in its country, %s', (national, region, full) => {
    expect(match(national, { value: full }, region)).toBe('exact');
    expect(match(full, { value: national }, region)).toBe('exact');
  });

  it.each([
    ['01725550199', 10],
    ['172 5550199', 10],
    ['5550199', 7],
  ])('ends like %s, where no region is known', (asked, equal) => {
    expect(match(asked, MOBILE)).toBe(equal);
  });

  it('ends like a local number, also where the region is known', () => {
    expect(match('5550199', MOBILE, 'DE')).toBe(7);
  });

  it.each([
    ['of another country', '+43 172 5550199'],
    ['of another area', '+49 173 5550199'],
    ['with a digit more', '+49 172 55501990'],
  ])('is another than one %s', (_, asked) => {
    expect(match(asked, MOBILE)).toBeNull();
    expect(match(asked, MOBILE, 'DE')).toBeNull();
  });

  it('ends like one of its country that has more before it, as in Mexico the 1 of a mobile telephone', () => {
    expect(match('+52 55 1234 5678', { value: '+52 1 55 1234 5678' })).toBe(10);
  });

  it('is another than one that is dialled at home in another area', () => {
    expect(match('0173 5550199', MOBILE, 'DE')).toBeNull();
  });
});

describe('A number that was saved as it is dialled at home', () => {
  const saved = { value: '0172 5550199' };

  it.each([['00491725550199'], ['+49 172 5550199'], ['01725550199'], ['172 5550199']])(
    'is the same as %s, where the region is known',
    (asked) => {
      expect(match(asked, saved, 'DE')).toBe('exact');
    },
  );

  it.each([['00491725550199'], ['+49 172 5550199'], ['172 5550199']])(
    'ends like %s, where it is not',
    (asked) => {
      expect(match(asked, saved)).toBe(10);
    },
  );

  it('is the same as what is dialled alike', () => {
    expect(match('0172/5550199', saved)).toBe('exact');
  });

  it('is understood by its own canonical form before the region', () => {
    expect(match('+491725550199', { ...saved, canonicalForm: '+491725550199' }, 'FR')).toBe('exact');
    expect(match('+331725550199', { ...saved, canonicalForm: '+491725550199' }, 'FR')).toBeNull();
  });

  it('is found by its end where the region is another', () => {
    expect(match('+491725550199', saved, 'US')).toBe(10);
  });
});

describe('A short number', () => {
  it.each([['110'], ['5550'], ['*100#']])('is only itself: %s', (value) => {
    expect(match(value, { value })).toBe('exact');
    expect(match(`9${value.replace(/\D/g, '')}`, { value })).toBeNull();
    expect(match(value, { value: '+49 172 5551105550' })).toBeNull();
  });
});

describe('A number with a service code, a pause or an extension', () => {
  it.each([
    ['*31#01725550199', '01725550199', '3101725550199'],
    ['#31#01725550199', '01725550199', '3101725550199'],
    ['030 123456,,12#', '030123456', '03012345612'],
    ['030 123456;12', '030123456', '03012345612'],
    ['030 123456p12', '030123456', '03012345612'],
    ['030 123456 w 12', '030123456', '03012345612'],
    ['030 123456 ext. 12', '030123456', '03012345612'],
    ['030 123456x12', '030123456', '03012345612'],
  ])('%s keeps all its digits, and is the number %s', (written, dialled, digits) => {
    expect(readPhone(written, 'DE')).toMatchObject({ dialled, digits, full: [`49${dialled.slice(1)}`] });
  });
});

describe('What is no number', () => {
  it.each([[''], ['  '], ['anonymous'], ['+'], ['*#']])('has no digit: %j', (text) => {
    expect(readPhone(text)).toBeNull();
  });

  it('may have digits, and is not understood', () => {
    expect(readPhone('Office 030 123456', 'DE')).toMatchObject({ digits: '030123456', full: [] });
    expect(readPhone('0'.repeat(50))).toMatchObject({ full: [] });
  });
});
