import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { type ContactView } from '#contact-events';
import { CodedError } from '#platform';
import { type CountryCode } from 'libphonenumber-js/max';

import { LIVE_CONTACTS } from '../projection/contact.entity.js';
import { type ContactDocument } from '../projection/contact-row.js';
import {
  matchPhones,
  type Phone,
  phoneKeys,
  type PhoneMatch,
  readContactPhone,
  readPhone,
  wholeKey,
} from '../projection/phone-number.js';
import { isMadeByRules } from '../projection/row-rules.sql.js';
import { contactsWithPhone, type ContactWithPhone } from './contacts-with-phone.sql.js';
import { oneRegion, type Regions } from './regions.js';

export interface PhoneLookupRequest {
  /** As someone has written it, or a telephone system tells it. */
  readonly phone: string;
  readonly accountId?: string | undefined;
}

export interface FoundByPhone {
  /** The same number in full, or the same as far as both are written. */
  readonly match: 'exact' | 'suffix';
  readonly contact: ContactDocument;
}

const MOST_FOUND = 10;

interface Match {
  readonly document: ContactDocument;
  readonly match: PhoneMatch;
}

/** Whose number is this: what telephone systems ask. */
export class PhoneLookup {
  private hasKeys = false;

  constructor(
    private readonly em: SqlEntityManager,
    private readonly regions: Regions = oneRegion(),
  ) {}

  /**
   * Live contacts with the number, the likeliest first: exact, and of these the numbers that tell their country; then by
   * how many digits are equal; then by display name and id. 10 at most. The number that is asked for is taken as dialled
   * in the region of the contact that it is compared with.
   *
   * @throws CodedError invalid-request where there is no digit, read-model-behind after an upgrade
   */
  async find({ phone, accountId }: PhoneLookupRequest): Promise<FoundByPhone[]> {
    const regions = await this.regions.among(accountId);
    const asked = regions.map((region) => readPhone(phone, region)).filter((read) => read !== null);
    if (asked.length === 0) {
      throw new CodedError(
        'invalid-request',
        '"phone" has no digit; give the number as it is dialled, or with its country code.',
      );
    }
    await this.needKeys();
    const candidates = await contactsWithPhone(this.em.fork(), {
      accountId,
      keys: [...new Set(asked.flatMap(phoneKeys))],
      wholeKeys: [...new Set(asked.flatMap(({ full }) => full.map(wholeKey)))],
    });
    const accountIds = candidates.map((candidate) => candidate.accountId);
    const regionOf =
      regions.length === 1
        ? new Map(accountIds.map((id) => [id, regions[0]]))
        : await this.regions.of(accountIds);
    return bestOf(phone, candidates, regionOf).map(({ document, match }) => ({
      match: match === 'exact' ? 'exact' : 'suffix',
      contact: document,
    }));
  }

  /** A table from before has no keys, and would answer that nobody has the number. */
  private async needKeys(): Promise<void> {
    this.hasKeys ||= await isMadeByRules(this.em, LIVE_CONTACTS.table);
    if (this.hasKeys) return;
    throw new CodedError(
      'read-model-behind',
      'The read model is from an older version and is made anew; numbers can be looked up when that is done. ' +
        'GET /api/projections shows how far it is.',
    );
  }
}

/** @param candidates in their order among equals */
function bestOf(
  phone: string,
  candidates: readonly ContactWithPhone[],
  regionOf: ReadonlyMap<string, CountryCode | undefined>,
): Match[] {
  const read = new Map<CountryCode | undefined, Phone | null>();
  const exact: Match[] = [];
  const others: Match[] = [];
  for (const { accountId, document } of candidates) {
    const region = regionOf.get(accountId);
    const asked = read.get(region) ?? readPhone(phone, region);
    read.set(region, asked);
    const match = asked === null ? null : bestMatch(asked, document, region);
    if (match === 'exact') exact.push({ document, match });
    else if (match !== null) others.push({ document, match });
    if (exact.length === MOST_FOUND) return exact;
  }
  others.sort((one, other) => rankOf(other.match) - rankOf(one.match));
  return [...exact, ...others].slice(0, MOST_FOUND);
}

function bestMatch(asked: Phone, document: ContactDocument, region: CountryCode | undefined): PhoneMatch {
  const { phoneNumbers } = JSON.parse(document) as Pick<ContactView, 'phoneNumbers'>;
  const matches = phoneNumbers
    .map((number) => readContactPhone(number, region))
    .map((phone) => (phone === null ? null : matchPhones(asked, phone)));
  return matches.reduce((best, match) => (rankOf(match) > rankOf(best) ? match : best), null);
}

function rankOf(match: PhoneMatch): number {
  return match === 'exact' ? Number.MAX_SAFE_INTEGER : (match ?? 0);
}
