/*
 * Members with a question mark came after version 1 of the events was published: they are there only where they say
 * something.
 */

/** One of several values of a kind; at most one of them is `primary`. */
interface Typed {
  readonly type: string | null;
}

export interface EmailAddress extends Typed {
  readonly value: string;
  /** A name that was typed for this address alone. */
  readonly displayName?: string | undefined;
  readonly primary: boolean;
}

/** `canonicalForm` is E.164 (`+33612345678`) where Google could tell it. */
export interface PhoneNumber extends Typed {
  readonly value: string;
  readonly canonicalForm: string | null;
  readonly primary: boolean;
}

export interface Organization {
  readonly name: string | null;
  readonly title: string | null;
  readonly department: string | null;
  readonly phoneticName?: string | undefined;
  readonly jobDescription?: string | undefined;
  readonly symbol?: string | undefined;
  readonly domain?: string | undefined;
  readonly location?: string | undefined;
  readonly type?: string | undefined;
  readonly startDate?: PartialDate | undefined;
  readonly endDate?: PartialDate | undefined;
  readonly current?: boolean | undefined;
  readonly primary: boolean;
}

/** `formattedValue` is derived by Google wherever one of the structured parts is present. */
export interface Address extends Typed {
  readonly formattedValue: string | null;
  readonly streetAddress: string | null;
  readonly extendedAddress: string | null;
  readonly poBox: string | null;
  readonly city: string | null;
  readonly region: string | null;
  readonly postalCode: string | null;
  readonly country: string | null;
  readonly countryCode: string | null;
  readonly primary: boolean;
}

/** A calendar date that may lack its year (birthdays) or, rarely, other parts. */
export interface PartialDate {
  readonly year: number | null;
  readonly month: number | null;
  readonly day: number | null;
}

/** `text` is what was typed where it is no date. */
export interface Birthday extends PartialDate {
  readonly text?: string | undefined;
}

export interface Url extends Typed {
  readonly value: string;
  readonly primary: boolean;
}

export interface Relation extends Typed {
  readonly person: string;
}

export interface ContactOccasion extends Typed, PartialDate {}

export interface ImClient extends Typed {
  readonly username: string;
  readonly protocol: string | null;
}

export interface SipAddress extends Typed {
  readonly value: string;
  readonly primary: boolean;
}

export interface CalendarUrl extends Typed {
  readonly value: string;
  readonly primary: boolean;
}

export interface TypedText extends Typed {
  readonly value: string;
}

/** `addressMeAs` are pronouns, as typed. */
export interface Gender {
  readonly value: string | null;
  readonly addressMeAs: string | null;
}

export interface UserDefinedField {
  readonly key: string;
  readonly value: string;
}

/**
 * What a contact says: every field that a change is looked for in. What the person wrote comes before what Google adds
 * from profiles (docs/contacts.md).
 */
export interface ContactDetails {
  /** That of the person's own name, else of Google's primary one, else made from what there is. */
  readonly displayName: string;
  readonly givenName: string | null;
  readonly familyName: string | null;
  readonly middleName: string | null;
  readonly honorificPrefix: string | null;
  readonly honorificSuffix: string | null;
  readonly phoneticFullName: string | null;
  readonly phoneticGivenName: string | null;
  readonly phoneticFamilyName: string | null;
  readonly phoneticMiddleName: string | null;
  readonly phoneticHonorificPrefix: string | null;
  readonly phoneticHonorificSuffix: string | null;
  readonly fileAs: string | null;
  readonly nicknames: readonly string[];
  readonly emailAddresses: readonly EmailAddress[];
  readonly phoneNumbers: readonly PhoneNumber[];
  readonly organizations: readonly Organization[];
  readonly addresses: readonly Address[];
  readonly birthday: Birthday | null;
  readonly gender: Gender | null;
  readonly urls: readonly Url[];
  readonly relations: readonly Relation[];
  readonly events: readonly ContactOccasion[];
  readonly imClients: readonly ImClient[];
  readonly sipAddresses: readonly SipAddress[];
  readonly calendarUrls: readonly CalendarUrl[];
  readonly occupations: readonly string[];
  readonly interests: readonly string[];
  readonly locales: readonly string[];
  readonly locations: readonly TypedText[];
  readonly externalIds: readonly TypedText[];
  readonly miscKeywords: readonly TypedText[];
  readonly userDefined: readonly UserDefinedField[];
  readonly biography: string | null;
  readonly photoUrl: string | null;
  /** Resource names of the contact groups, `contactGroups/…`. */
  readonly groups: readonly string[];
}

/** A contact as its events carry it. */
export interface Contact extends ContactDetails {
  readonly id: string;
  readonly accountId: string;
  /** Google's current name for it, `people/…`; it may change, the id does not. */
  readonly resourceName: string;
  /** When Google says that it was last changed, else when the event occurred. ISO 8601. */
  readonly updatedAt: string;
}

export type DetailField = keyof ContactDetails;

/** The fields of {@link ContactDetails}, in the order in which they are shown. */
export const DETAIL_FIELDS = [
  'displayName',
  'givenName',
  'familyName',
  'middleName',
  'honorificPrefix',
  'honorificSuffix',
  'phoneticFullName',
  'phoneticGivenName',
  'phoneticFamilyName',
  'phoneticMiddleName',
  'phoneticHonorificPrefix',
  'phoneticHonorificSuffix',
  'fileAs',
  'nicknames',
  'emailAddresses',
  'phoneNumbers',
  'organizations',
  'addresses',
  'birthday',
  'gender',
  'urls',
  'relations',
  'events',
  'imClients',
  'sipAddresses',
  'calendarUrls',
  'occupations',
  'interests',
  'locales',
  'locations',
  'externalIds',
  'miscKeywords',
  'userDefined',
  'biography',
  'photoUrl',
  'groups',
] as const satisfies readonly DetailField[];
