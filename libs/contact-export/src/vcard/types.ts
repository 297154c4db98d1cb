/** What vCard calls the labels that Google offers; whatever else a value is labelled with is text, as `X-ABLabel`. */
const PLACES: Readonly<Record<string, readonly string[]>> = { home: ['home'], work: ['work'] };

const PHONES: Readonly<Record<string, readonly string[]>> = {
  ...PLACES,
  mobile: ['cell'],
  homeFax: ['home', 'fax'],
  workFax: ['work', 'fax'],
  pager: ['pager'],
  workMobile: ['work', 'cell'],
  workPager: ['work', 'pager'],
};

const RELATIONS: Readonly<Record<string, readonly string[]>> = {
  spouse: ['spouse'],
  child: ['child'],
  parent: ['parent'],
  friend: ['friend'],
};

export const TYPES = { places: PLACES, phones: PHONES, relations: RELATIONS, none: {} } as const;

/** The scheme of the addresses of a chat service; Apple's for what has none. */
const SCHEMES: Readonly<Record<string, string>> = {
  aim: 'aim',
  googleTalk: 'xmpp',
  icq: 'icq',
  jabber: 'xmpp',
  msn: 'msnim',
  netMeeting: 'x-apple',
  qq: 'x-apple',
  skype: 'skype',
  yahoo: 'ymsgr',
};

/** null for a service that is not one of Google's list. */
export function chatScheme(protocol: string): string | null {
  return SCHEMES[protocol] ?? null;
}

export const OTHER_CHAT = 'x-apple';
