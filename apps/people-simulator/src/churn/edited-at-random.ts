import { identityAt } from '../persons/identity.js';
import { contactMetadata } from '../persons/item-metadata.js';
import { PERSON_FIELDS, type PersonItems } from '../persons/person-fields.js';
import { itemsOf } from '../persons/present-person.js';
import { type Random } from '../persons/random.js';
import { sourceIdAt } from '../persons/resource-name.js';
import { type Account } from '../storage/account-store.js';
import { type PersonVersion } from '../storage/person-store.js';

/** The person's fields with one visible edit, such as people make. */
export function editedAtRandom(account: Account, person: PersonVersion, random: Random): PersonItems {
  const who = identityAt(account.seed, person.position);
  const items = { ...itemsOf(who, person, PERSON_FIELDS) };
  const metadata = contactMetadata(sourceIdAt(account.seed, person.position), true);
  switch (random.int(4)) {
    case 0: {
      const canonicalForm = `+${who.script.callingCode}${String(100_000_000 + random.int(899_999_999))}`;
      const phone = {
        metadata,
        value: canonicalForm,
        canonicalForm,
        type: 'mobile',
        formattedType: 'Mobile',
      };
      items.phoneNumbers = [phone];
      break;
    }
    case 1:
      items.organizations = [
        { metadata, name: who.company, title: `${random.pick(who.script.titles)} ${random.int(1_000)}` },
      ];
      break;
    case 2: {
      const value = `${who.handle}.${String(random.int(100_000))}@example.org`;
      items.emailAddresses = [{ metadata, value, type: 'work', formattedType: 'Work' }];
      break;
    }
    default:
      items.biographies = [
        { metadata, value: `Note ${String(random.int(1_000_000))}`, contentType: 'TEXT_PLAIN' },
      ];
  }
  return items;
}
