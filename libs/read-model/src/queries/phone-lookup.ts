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
import { contactsWithPhone } from './contacts-with-phone.sql.js';

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

  /** @param region where a number is dialled that does not tell its country; left out: not known */
  constructor(
    private readonly em: SqlEntityManager,
    private readonly region?: CountryCode,
  ) {}

  /**
   * Live contacts with the number, the likeliest first: exact, and of these the numbers that tell their country; then by
   * how many digits are equal; then by display name and id. 10 at most.
   *
   * @throws CodedError invalid-request where there is no digit, read-model-behind after an upgrade
   */
  async find({ phone, accountId }: PhoneLookupRequest): Promise<FoundByPhone[]> {
    const asked = readPhone(phone, this.region);
    if (asked === null) {
      throw new CodedError(
        'invalid-request',
        '"phone" has no digit; give the number as it is dialled, or with its country code.',
      );
    }
    await this.needKeys();
    const documents = await contactsWithPhone(this.em.fork(), {
      accountId,
      keys: phoneKeys(asked),
      wholeKeys: asked.full.map(wholeKey),
    });
    return this.best(asked, documents).map(({ document, match }) => ({
      match: match === 'exact' ? 'exact' : 'suffix',
      contact: document,
    }));
  }

  /** @param documents in their order among equals */
  private best(asked: Phone, documents: readonly ContactDocument[]): Match[] {
    const exact: Match[] = [];
    const others: Match[] = [];
    for (const document of documents) {
      const match = this.bestMatch(asked, document);
      if (match === 'exact') exact.push({ document, match });
      else if (match !== null) others.push({ document, match });
      if (exact.length === MOST_FOUND) return exact;
    }
    others.sort((one, other) => rankOf(other.match) - rankOf(one.match));
    return [...exact, ...others].slice(0, MOST_FOUND);
  }

  private bestMatch(asked: Phone, document: ContactDocument): PhoneMatch {
    const { phoneNumbers } = JSON.parse(document) as Pick<ContactView, 'phoneNumbers'>;
    const matches = phoneNumbers
      .map((number) => readContactPhone(number, this.region))
      .map((phone) => (phone === null ? null : matchPhones(asked, phone)));
    return matches.reduce((best, match) => (rankOf(match) > rankOf(best) ? match : best), null);
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

function rankOf(match: PhoneMatch): number {
  return match === 'exact' ? Number.MAX_SAFE_INTEGER : (match ?? 0);
}
