/** One of several values of a kind; at most one of them is `primary`, as Google's metadata says. */
interface Typed {
  readonly type: string | null;
}

export interface EmailAddress extends Typed {
  readonly value: string;
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

export interface UserDefinedField {
  readonly key: string;
  readonly value: string;
}

/** What a contact says: every field that a change is looked for in. Lists are in canonical order. */
export interface ContactDetails {
  /** Google's primary display name, else made from what there is; empty only if there is nothing at all. */
  readonly displayName: string;
  readonly givenName: string | null;
  readonly familyName: string | null;
  readonly middleName: string | null;
  readonly honorificPrefix: string | null;
  readonly honorificSuffix: string | null;
  readonly nicknames: readonly string[];
  readonly emailAddresses: readonly EmailAddress[];
  readonly phoneNumbers: readonly PhoneNumber[];
  readonly organizations: readonly Organization[];
  readonly addresses: readonly Address[];
  readonly birthday: PartialDate | null;
  readonly urls: readonly Url[];
  readonly relations: readonly Relation[];
  readonly events: readonly ContactOccasion[];
  readonly imClients: readonly ImClient[];
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
  'nicknames',
  'emailAddresses',
  'phoneNumbers',
  'organizations',
  'addresses',
  'birthday',
  'urls',
  'relations',
  'events',
  'imClients',
  'userDefined',
  'biography',
  'photoUrl',
  'groups',
] as const satisfies readonly DetailField[];
