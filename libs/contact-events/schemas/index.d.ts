// Made by npm run docs:schemas.
interface components {
    schemas: {
        /** @description A contact was created, updated, renamed or restored */
        ContactUpdatedV1: {
            /** @description A UUID. Stays the same for the life of the contact, whatever Google calls it */
            contactId: string;
            /** @description A UUID */
            accountId: string;
            /** @description Google's name for the contact, people/… */
            resourceName: string;
            /** @description 1, 2, 3, … without a gap within a contact */
            version: number;
            /** @description A UUID: the sync run that found it out */
            runId: string;
            /** @description UTC, ISO 8601 */
            occurredAt: string;
            /** @enum {string} */
            change: "created" | "updated" | "renamed" | "restored";
            /** @description Names of members of contact; empty for created and restored; resourceName comes first for renamed */
            changedFields: string[];
            /** @description The changed fields as they were: its members are those that changedFields names; null for created and restored; not in events of before the service kept it */
            before?: {
                resourceName?: string;
                /** @description The display name that the person wrote, else Google's primary one, else made from organisation, e-mail, phone or what else there is; empty if there is nothing */
                displayName?: string;
                givenName?: string | null;
                familyName?: string | null;
                middleName?: string | null;
                honorificPrefix?: string | null;
                honorificSuffix?: string | null;
                phoneticFullName?: string | null;
                phoneticGivenName?: string | null;
                phoneticFamilyName?: string | null;
                phoneticMiddleName?: string | null;
                phoneticHonorificPrefix?: string | null;
                phoneticHonorificSuffix?: string | null;
                fileAs?: string | null;
                nicknames?: string[];
                emailAddresses?: {
                    value: string;
                    /** @description Google's label for it, such as "home" or "work", or the person's own; null if there is none */
                    type: string | null;
                    /** @description A name for this address alone */
                    displayName?: string;
                    /** @description Whether it is the primary one of its kind: Google's, but one that the person wrote before a profile's */
                    primary: boolean;
                }[];
                phoneNumbers?: {
                    value: string;
                    /** @description E.164, such as +33612345678, where Google could tell it */
                    canonicalForm: string | null;
                    /** @description Google's label for it, such as "home" or "work", or the person's own; null if there is none */
                    type: string | null;
                    /** @description Whether it is the primary one of its kind: Google's, but one that the person wrote before a profile's */
                    primary: boolean;
                }[];
                organizations?: {
                    name: string | null;
                    title: string | null;
                    department: string | null;
                    phoneticName?: string;
                    jobDescription?: string;
                    /** @description Such as a stock ticker or an abbreviation */
                    symbol?: string;
                    domain?: string;
                    /** @description Of the office */
                    location?: string;
                    /** @description "work", "school" or the person's own label */
                    type?: string;
                    startDate?: {
                        year: number | null;
                        month: number | null;
                        day: number | null;
                    };
                    endDate?: {
                        year: number | null;
                        month: number | null;
                        day: number | null;
                    };
                    current?: boolean;
                    /** @description Whether it is the primary one of its kind: Google's, but one that the person wrote before a profile's */
                    primary: boolean;
                }[];
                addresses?: {
                    formattedValue: string | null;
                    /** @description Google's label for it, such as "home" or "work", or the person's own; null if there is none */
                    type: string | null;
                    streetAddress: string | null;
                    extendedAddress: string | null;
                    poBox: string | null;
                    city: string | null;
                    region: string | null;
                    postalCode: string | null;
                    country: string | null;
                    /** @description ISO 3166-1 alpha-2 */
                    countryCode: string | null;
                    /** @description Whether it is the primary one of its kind: Google's, but one that the person wrote before a profile's */
                    primary: boolean;
                }[];
                birthday?: {
                    year: number | null;
                    month: number | null;
                    day: number | null;
                    /** @description What was typed where it is no date; the date has nulls then */
                    text?: string;
                } | null;
                gender?: {
                    value: string | null;
                    /** @description Pronouns */
                    addressMeAs: string | null;
                } | null;
                urls?: {
                    value: string;
                    /** @description Google's label for it, such as "home" or "work", or the person's own; null if there is none */
                    type: string | null;
                    /** @description Whether it is the primary one of its kind: Google's, but one that the person wrote before a profile's */
                    primary: boolean;
                }[];
                relations?: {
                    person: string;
                    /** @description Google's label for it, such as "home" or "work", or the person's own; null if there is none */
                    type: string | null;
                }[];
                events?: {
                    /** @description Google's label for it, such as "home" or "work", or the person's own; null if there is none */
                    type: string | null;
                    year: number | null;
                    month: number | null;
                    day: number | null;
                }[];
                imClients?: {
                    username: string;
                    protocol: string | null;
                    /** @description Google's label for it, such as "home" or "work", or the person's own; null if there is none */
                    type: string | null;
                }[];
                sipAddresses?: {
                    value: string;
                    /** @description Google's label for it, such as "home" or "work", or the person's own; null if there is none */
                    type: string | null;
                    /** @description Whether it is the primary one of its kind: Google's, but one that the person wrote before a profile's */
                    primary: boolean;
                }[];
                calendarUrls?: {
                    value: string;
                    /** @description Google's label for it, such as "home" or "work", or the person's own; null if there is none */
                    type: string | null;
                    /** @description Whether it is the primary one of its kind: Google's, but one that the person wrote before a profile's */
                    primary: boolean;
                }[];
                occupations?: string[];
                interests?: string[];
                locales?: string[];
                locations?: {
                    value: string;
                    /** @description Google's label for it, such as "home" or "work", or the person's own; null if there is none */
                    type: string | null;
                }[];
                externalIds?: {
                    value: string;
                    /** @description Google's label for it, such as "home" or "work", or the person's own; null if there is none */
                    type: string | null;
                }[];
                miscKeywords?: {
                    value: string;
                    /** @description Google's label for it, such as "home" or "work", or the person's own; null if there is none */
                    type: string | null;
                }[];
                userDefined?: {
                    key: string;
                    value: string;
                }[];
                biography?: string | null;
                /** @description null also where Google shows its default photo */
                photoUrl?: string | null;
                /** @description Resource names of contact groups, contactGroups/… */
                groups?: string[];
            } | null;
            /** @description The whole new state */
            contact: {
                /** @description Equals contactId */
                id: string;
                /** @description Equals accountId beside contact */
                accountId: string;
                /** @description Equals resourceName beside contact */
                resourceName: string;
                /** @description The display name that the person wrote, else Google's primary one, else made from organisation, e-mail, phone or what else there is; empty if there is nothing */
                displayName: string;
                givenName: string | null;
                familyName: string | null;
                middleName: string | null;
                honorificPrefix: string | null;
                honorificSuffix: string | null;
                /**
                 * @description How the name sounds, where it is not given in parts
                 * @default null
                 */
                phoneticFullName?: string | null;
                /** @default null */
                phoneticGivenName?: string | null;
                /** @default null */
                phoneticFamilyName?: string | null;
                /** @default null */
                phoneticMiddleName?: string | null;
                /** @default null */
                phoneticHonorificPrefix?: string | null;
                /** @default null */
                phoneticHonorificSuffix?: string | null;
                /**
                 * @description What it is filed under, as typed
                 * @default null
                 */
                fileAs?: string | null;
                nicknames: string[];
                emailAddresses: {
                    value: string;
                    /** @description Google's label for it, such as "home" or "work", or the person's own; null if there is none */
                    type: string | null;
                    /** @description A name for this address alone */
                    displayName?: string;
                    /** @description Whether it is the primary one of its kind: Google's, but one that the person wrote before a profile's */
                    primary: boolean;
                }[];
                phoneNumbers: {
                    value: string;
                    /** @description E.164, such as +33612345678, where Google could tell it */
                    canonicalForm: string | null;
                    /** @description Google's label for it, such as "home" or "work", or the person's own; null if there is none */
                    type: string | null;
                    /** @description Whether it is the primary one of its kind: Google's, but one that the person wrote before a profile's */
                    primary: boolean;
                }[];
                organizations: {
                    name: string | null;
                    title: string | null;
                    department: string | null;
                    phoneticName?: string;
                    jobDescription?: string;
                    /** @description Such as a stock ticker or an abbreviation */
                    symbol?: string;
                    domain?: string;
                    /** @description Of the office */
                    location?: string;
                    /** @description "work", "school" or the person's own label */
                    type?: string;
                    startDate?: {
                        year: number | null;
                        month: number | null;
                        day: number | null;
                    };
                    endDate?: {
                        year: number | null;
                        month: number | null;
                        day: number | null;
                    };
                    current?: boolean;
                    /** @description Whether it is the primary one of its kind: Google's, but one that the person wrote before a profile's */
                    primary: boolean;
                }[];
                addresses: {
                    formattedValue: string | null;
                    /** @description Google's label for it, such as "home" or "work", or the person's own; null if there is none */
                    type: string | null;
                    streetAddress: string | null;
                    extendedAddress: string | null;
                    poBox: string | null;
                    city: string | null;
                    region: string | null;
                    postalCode: string | null;
                    country: string | null;
                    /** @description ISO 3166-1 alpha-2 */
                    countryCode: string | null;
                    /** @description Whether it is the primary one of its kind: Google's, but one that the person wrote before a profile's */
                    primary: boolean;
                }[];
                birthday: {
                    year: number | null;
                    month: number | null;
                    day: number | null;
                    /** @description What was typed where it is no date; the date has nulls then */
                    text?: string;
                } | null;
                /** @default null */
                gender?: {
                    value: string | null;
                    /** @description Pronouns */
                    addressMeAs: string | null;
                } | null;
                urls: {
                    value: string;
                    /** @description Google's label for it, such as "home" or "work", or the person's own; null if there is none */
                    type: string | null;
                    /** @description Whether it is the primary one of its kind: Google's, but one that the person wrote before a profile's */
                    primary: boolean;
                }[];
                relations: {
                    person: string;
                    /** @description Google's label for it, such as "home" or "work", or the person's own; null if there is none */
                    type: string | null;
                }[];
                events: {
                    /** @description Google's label for it, such as "home" or "work", or the person's own; null if there is none */
                    type: string | null;
                    year: number | null;
                    month: number | null;
                    day: number | null;
                }[];
                imClients: {
                    username: string;
                    protocol: string | null;
                    /** @description Google's label for it, such as "home" or "work", or the person's own; null if there is none */
                    type: string | null;
                }[];
                /** @default [] */
                sipAddresses?: {
                    value: string;
                    /** @description Google's label for it, such as "home" or "work", or the person's own; null if there is none */
                    type: string | null;
                    /** @description Whether it is the primary one of its kind: Google's, but one that the person wrote before a profile's */
                    primary: boolean;
                }[];
                /** @default [] */
                calendarUrls?: {
                    value: string;
                    /** @description Google's label for it, such as "home" or "work", or the person's own; null if there is none */
                    type: string | null;
                    /** @description Whether it is the primary one of its kind: Google's, but one that the person wrote before a profile's */
                    primary: boolean;
                }[];
                /** @default [] */
                occupations?: string[];
                /** @default [] */
                interests?: string[];
                /**
                 * @description Languages, as IETF BCP 47 tags
                 * @default []
                 */
                locales?: string[];
                /** @default [] */
                locations?: {
                    value: string;
                    /** @description Google's label for it, such as "home" or "work", or the person's own; null if there is none */
                    type: string | null;
                }[];
                /** @default [] */
                externalIds?: {
                    value: string;
                    /** @description Google's label for it, such as "home" or "work", or the person's own; null if there is none */
                    type: string | null;
                }[];
                /**
                 * @description Fields of other address books, mostly of Outlook
                 * @default []
                 */
                miscKeywords?: {
                    value: string;
                    /** @description Google's label for it, such as "home" or "work", or the person's own; null if there is none */
                    type: string | null;
                }[];
                userDefined: {
                    key: string;
                    value: string;
                }[];
                biography: string | null;
                /** @description null also where Google shows its default photo */
                photoUrl: string | null;
                /** @description Resource names of contact groups, contactGroups/… */
                groups: string[];
                /** @description When Google says that the contact was last changed, else when the event occurred; UTC, ISO 8601 */
                updatedAt: string;
            };
            /** @description Only where the value would exceed 512 KiB: JSON pointers to texts that were cut; REST has them whole */
            truncatedFields?: string[];
        };
        /** @description A contact is gone */
        ContactDeletedV1: {
            /** @description A UUID. Stays the same for the life of the contact, whatever Google calls it */
            contactId: string;
            /** @description A UUID */
            accountId: string;
            /** @description Google's name for the contact, people/… */
            resourceName: string;
            /** @description 1, 2, 3, … without a gap within a contact */
            version: number;
            /** @description A UUID: the sync run that found it out */
            runId: string;
            /** @description UTC, ISO 8601 */
            occurredAt: string;
            /** @enum {string} */
            reason: "deleted-in-google" | "absent-from-full-sync" | "merged" | "account-erased";
            /** @description The surviving contact, for merged only */
            mergedInto: string | null;
        };
        /** @description An account is connected: for the first time, again after it needed a sign-in or was disconnected, or under another reference than before */
        AccountConnectedV1: {
            accountId: string;
            /** @description What whoever had it connected calls it, when the event was made; null if it has none */
            reference: string | null;
            /** @description 1, 2, 3, … without a gap within an account */
            version: number;
            occurredAt: string;
        };
        /** @description The first sync since the account was connected is complete */
        AccountSyncedV1: {
            accountId: string;
            /** @description What whoever had it connected calls it, when the event was made; null if it has none */
            reference: string | null;
            /** @description 1, 2, 3, … without a gap within an account */
            version: number;
            occurredAt: string;
            /** @description The highest ce_position of the account's contact events: who has read them up to here holds all that the account had; "0" if it had nothing */
            lastPosition: string;
        };
        /** @description Google no longer accepts the sign-in: nothing is synced until the person signs in again */
        AccountNeedsSignInV1: {
            accountId: string;
            /** @description What whoever had it connected calls it, when the event was made; null if it has none */
            reference: string | null;
            /** @description 1, 2, 3, … without a gap within an account */
            version: number;
            occurredAt: string;
        };
        /** @description The account is synced no more; what is known of its contacts stays */
        AccountDisconnectedV1: {
            accountId: string;
            /** @description What whoever had it connected calls it, when the event was made; null if it has none */
            reference: string | null;
            /** @description 1, 2, 3, … without a gap within an account */
            version: number;
            occurredAt: string;
        };
        /** @description Every fact about the account is gone from the service, and each of its contacts was deleted before; the time is that of the request */
        AccountErasedV1: {
            accountId: string;
            /** @description What whoever had it connected calls it, when the event was made; null if it has none */
            reference: string | null;
            /** @description 1, 2, 3, … without a gap within an account */
            version: number;
            occurredAt: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type ContactUpdatedV1 = components['schemas']['ContactUpdatedV1'];
export type ContactDeletedV1 = components['schemas']['ContactDeletedV1'];
export type AccountConnectedV1 = components['schemas']['AccountConnectedV1'];
export type AccountSyncedV1 = components['schemas']['AccountSyncedV1'];
export type AccountNeedsSignInV1 = components['schemas']['AccountNeedsSignInV1'];
export type AccountDisconnectedV1 = components['schemas']['AccountDisconnectedV1'];
export type AccountErasedV1 = components['schemas']['AccountErasedV1'];

/**
 * The JSON Schema (draft 2020-12) of a message's data.
 *
 * @param dataschema the message's header `ce_dataschema`
 * @returns undefined: of a version that this package does not know; stop there
 */
export declare function schemaFor(dataschema: string): { readonly $id: string } | undefined;
export {};
