import { type Identity, displayNameOf } from './identity.js';
import { contactMetadata, formattedTypeOf, profileMetadata } from './item-metadata.js';
import { type PersonField } from './person-fields.js';
import { Random } from './random.js';
import { SCRIPTS } from './scripts.js';

/**
 * The items of one field of a seeded person, or undefined when the person has none.
 * Each field draws from a random source of its own, so that a field costs nothing when it is not asked for.
 */
type FieldMaker = (who: Identity, random: Random, sourceId: string) => unknown[] | undefined;

const SITES = ['example.org', 'example.com', 'example.net', 'mail.example'];
const EMAIL_TYPES = ['home', 'work', 'other', 'Verein'];
const PHONE_TYPES = ['mobile', 'home', 'work', 'main', 'workFax', 'Ferienhaus'];

export const MAKERS: Partial<Record<PersonField, FieldMaker>> = {
  names(who, _random, sourceId) {
    if (who.kind !== 'named') return undefined;
    const displayName = displayNameOf(who);
    const name = {
      displayName,
      familyName: who.family + who.emoji,
      givenName: who.given,
      displayNameLastFirst: who.script.familyFirst ? displayName : `${who.family}${who.emoji}, ${who.given}`,
      unstructuredName: displayName,
    };
    const items: unknown[] = [{ metadata: contactMetadata(sourceId, true), ...name }];
    if (who.hasProfile) items.push({ metadata: profileMetadata(profileIdOf(who)), ...name });
    return items;
  },

  nicknames(who, random, sourceId) {
    if (!random.chance(12)) return undefined;
    return [
      {
        metadata: contactMetadata(sourceId, true),
        value: `${who.given}${random.pick(['chen', 'ou', '-san', ' 🐻'])}`,
      },
    ];
  },

  emailAddresses(who, random, sourceId) {
    const count = who.kind === 'email-only' ? 1 : random.int(3);
    return times(count, (at) => {
      const type = random.pick(EMAIL_TYPES);
      const value = `${who.handle}${at === 0 ? '' : `+${at}`}@${random.pick(SITES)}`;
      return {
        metadata: contactMetadata(sourceId, at === 0),
        value,
        type,
        formattedType: formattedTypeOf(type),
      };
    });
  },

  phoneNumbers(who, random, sourceId) {
    if (who.kind === 'email-only') return undefined;
    return times(random.int(4), (at) => {
      const type = random.pick(PHONE_TYPES);
      const digits = String(100_000_000 + random.int(899_999_999));
      const international = `+${who.script.callingCode}${digits}`;
      const metadata = contactMetadata(sourceId, at === 0);
      const formattedType = formattedTypeOf(type);
      // Google leaves canonicalForm out for what it cannot parse, for instance a short code.
      if (random.chance(12)) return { metadata, value: digits.slice(0, 5), type, formattedType };
      const national = `0${digits.slice(0, 1)} ${digits.slice(1, 3)} ${digits.slice(3, 5)} ${digits.slice(5, 7)} ${digits.slice(7)}`;
      return {
        metadata,
        value: random.chance(60) ? national : international,
        canonicalForm: international,
        type,
        formattedType,
      };
    });
  },

  organizations(who, random, sourceId) {
    if (who.kind === 'email-only' || (who.kind === 'named' && !random.chance(45))) return undefined;
    const metadata = contactMetadata(sourceId, true);
    if (who.kind === 'organization-only') return [{ metadata, name: who.company }];
    const item = { metadata, name: who.company, title: random.pick(who.script.titles) };
    return [
      random.chance(30)
        ? { ...item, department: random.pick(['R&D', 'Finance', 'Ventes']), current: true }
        : item,
    ];
  },

  addresses(who, random, sourceId) {
    if (!random.chance(35)) return undefined;
    const { script } = who;
    return times(1 + random.int(2), (at) => {
      const type = at === 0 ? 'home' : 'work';
      const streetAddress = `${String(1 + random.int(180))} ${random.pick(script.streets)}`;
      const postalCode = String(10_000 + random.int(89_999));
      const city = random.pick(script.cities);
      const formattedValue = `${streetAddress}\n${postalCode} ${city}\n${script.country}`;
      const formattedType = formattedTypeOf(type);
      const parts = {
        streetAddress,
        city,
        postalCode,
        country: script.country,
        countryCode: script.countryCode,
      };
      return { metadata: contactMetadata(sourceId, at === 0), formattedValue, type, formattedType, ...parts };
    });
  },

  birthdays(_who, random, sourceId) {
    if (!random.chance(30)) return undefined;
    const day = { month: 1 + random.int(12), day: 1 + random.int(28) };
    const date = random.chance(70) ? { year: 1930 + random.int(90), ...day } : day;
    return [{ metadata: contactMetadata(sourceId, true), date }];
  },

  events(_who, random, sourceId) {
    if (!random.chance(10)) return undefined;
    const type = random.pick(['anniversary', 'other', 'Namenstag']);
    const date = { year: 1990 + random.int(30), month: 1 + random.int(12), day: 1 + random.int(28) };
    return [{ metadata: contactMetadata(sourceId, true), date, type, formattedType: formattedTypeOf(type) }];
  },

  relations(who, random, sourceId) {
    if (!random.chance(12)) return undefined;
    const type = random.pick(['spouse', 'child', 'mother', 'friend', 'manager', 'Nachbar']);
    const person = `${random.pick(who.script.given)} ${who.family}`;
    return [
      { metadata: contactMetadata(sourceId, true), person, type, formattedType: formattedTypeOf(type) },
    ];
  },

  urls(who, random, sourceId) {
    if (!random.chance(15)) return undefined;
    const type = random.pick(['homePage', 'blog', 'work', 'profile']);
    const value = `https://${random.pick(SITES)}/~${who.handle}`;
    return [{ metadata: contactMetadata(sourceId, true), value, type, formattedType: formattedTypeOf(type) }];
  },

  imClients(who, random, sourceId) {
    if (!random.chance(6)) return undefined;
    const [protocol, formattedProtocol] = random.pick([
      ['jabber', 'Jabber'] as const,
      ['skype', 'Skype'] as const,
    ]);
    const client = { username: who.handle, type: 'home', formattedType: 'Home', protocol, formattedProtocol };
    return [{ metadata: contactMetadata(sourceId, true), ...client }];
  },

  userDefined(who, random, sourceId) {
    if (!random.chance(8)) return undefined;
    return times(1 + random.int(2), (at) => ({
      metadata: contactMetadata(sourceId, at === 0),
      key: at === 0 ? 'Kundennummer' : 'Lieblingsessen',
      value: at === 0 ? String(who.position + 1000) : random.pick(['Käsespätzle', '寿司', 'Börek']),
    }));
  },

  biographies(who, random, sourceId) {
    if (!random.chance(10)) return undefined;
    const value = `${displayNameOf(who)}: met in ${random.pick(random.pick(SCRIPTS).cities)}.\nPrefers calls after 10.`;
    return [{ metadata: contactMetadata(sourceId, true), value, contentType: 'TEXT_PLAIN' }];
  },

  photos(who, random, sourceId) {
    const path = `${who.handle}${(who.seed >>> 0).toString(36)}`;
    const url = `https://lh3.googleusercontent.com/cm/${path}=s100`;
    const items: unknown[] = [
      random.chance(30)
        ? { metadata: contactMetadata(sourceId, true), url }
        : { metadata: contactMetadata(sourceId, true), url: `${url}-default`, default: true },
    ];
    if (who.hasProfile) {
      items.push({
        metadata: profileMetadata(profileIdOf(who)),
        url: `https://lh3.googleusercontent.com/a/${path}=s100`,
      });
    }
    return items;
  },

  memberships(_who, random, sourceId) {
    const groups = random.chance(15)
      ? ['myContacts', 'starred']
      : random.chance(20)
        ? ['myContacts', '5b3c1d2e']
        : ['myContacts'];
    return groups.map((group) => ({
      metadata: contactMetadata(sourceId, false),
      contactGroupMembership: { contactGroupId: group, contactGroupResourceName: `contactGroups/${group}` },
    }));
  },
};

/** The 21 digits of the Google user behind a person with a profile. */
export function profileIdOf(who: Identity): string {
  const random = new Random(who.seed, who.position, 99);
  return `1${String(random.next()).padStart(10, '0')}${String(random.next()).padStart(10, '0')}`;
}

function times<T>(count: number, make: (at: number) => T): T[] | undefined {
  return count === 0 ? undefined : Array.from({ length: count }, (_, at) => make(at));
}
