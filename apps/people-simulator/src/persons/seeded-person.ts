import { type Identity } from './identity.js';
import { PERSON_FIELDS, type PersonField, type PersonItems } from './person-fields.js';
import { Random } from './random.js';
import { sourceIdAt } from './resource-name.js';
import { MAKERS } from './seeded-items.js';

const random = new Random();
const FIELD_NUMBERS = new Map<PersonField, number>(
  PERSON_FIELDS.map((field, number) => [field, number + 10]),
);

/**
 * The asked fields of a seeded person: a pure function of the account's seed and the person's position, so
 * that a million persons need no storage. Fields that are not asked for are not made.
 */
export function seededItems(who: Identity, fields: readonly PersonField[]): PersonItems {
  const sourceId = sourceIdAt(who.seed, who.position);
  const items: PersonItems = {};
  for (const field of fields) {
    const make = MAKERS[field];
    if (make === undefined) continue;
    random.reseed(who.seed, who.position, FIELD_NUMBERS.get(field));
    const made = make(who, random, sourceId);
    if (made !== undefined) items[field] = made;
  }
  return items;
}
