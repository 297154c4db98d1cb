import { validate, version } from 'uuid';

import { LATER_FIELDS } from './sent-message.js';

/*
 * What a message has to be, said once more by hand, as docs/consuming.md and docs/contacts.md say it: neither the schemas nor
 * what they are made of is asked.
 */

type Rule = (value: unknown) => boolean;
type Members = Readonly<Record<string, Rule>>;
type Json = Readonly<Record<string, unknown>>;

const text: Rule = (value) => typeof value === 'string';
const yesOrNo: Rule = (value) => typeof value === 'boolean';
const whole =
  (from: number, to: number): Rule =>
  (value) =>
    Number.isInteger(value) && Number(value) >= from && Number(value) <= to;
const orNull =
  (rule: Rule): Rule =>
  (value) =>
    value === null || rule(value);
const listOf =
  (rule: Rule): Rule =>
  (value) =>
    Array.isArray(value) && value.every(rule);
/** With whatever other members. */
const object =
  (required: Members, optional: Members = {}): Rule =>
  (value) =>
    isObject(value) &&
    Object.entries(required).every(([name, rule]) => Object.hasOwn(value, name) && rule(value[name])) &&
    Object.entries(optional).every(([name, rule]) => !Object.hasOwn(value, name) || rule(value[name]));

const id: Rule = (value) =>
  typeof value === 'string' &&
  value === value.toLowerCase() &&
  validate(value) &&
  version(value) >= 1 &&
  version(value) <= 8;

const time: Rule = (value) => {
  if (typeof value !== 'string' || !/^.{19}(\.\d+)?Z$/.test(value)) return false;
  const milliseconds = Date.parse(`${value.slice(0, 19)}Z`);
  return !Number.isNaN(milliseconds) && new Date(milliseconds).toISOString().startsWith(value.slice(0, 19));
};

const resourceName: Rule = (value) =>
  typeof value === 'string' && value.startsWith('people/') && value.length > 7 && !/\s/.test(value);

const maybeText = orNull(text);
const date = {
  year: orNull(whole(1, 9999)),
  month: orNull(whole(1, 12)),
  day: orNull(whole(1, 31)),
};
const type = { type: maybeText };
const primary = { primary: yesOrNo };
const typed = { value: text, ...type };

/** What a contact says. */
const FIELDS: Members = {
  displayName: text,
  ...each(['givenName', 'familyName', 'middleName', 'honorificPrefix', 'honorificSuffix'], maybeText),
  ...each(['phoneticFullName', 'phoneticGivenName', 'phoneticFamilyName', 'phoneticMiddleName'], maybeText),
  ...each(
    ['phoneticHonorificPrefix', 'phoneticHonorificSuffix', 'fileAs', 'biography', 'photoUrl'],
    maybeText,
  ),
  ...each(['nicknames', 'occupations', 'interests', 'locales', 'groups'], listOf(text)),
  ...each(['urls', 'sipAddresses', 'calendarUrls'], listOf(object({ ...typed, ...primary }))),
  ...each(['locations', 'externalIds', 'miscKeywords'], listOf(object(typed))),
  emailAddresses: listOf(object({ ...typed, ...primary }, { displayName: text })),
  phoneNumbers: listOf(object({ ...typed, ...primary, canonicalForm: maybeText })),
  organizations: listOf(
    object(
      { ...each(['name', 'title', 'department'], maybeText), ...primary },
      {
        ...each(['phoneticName', 'jobDescription', 'symbol', 'domain', 'location', 'type'], text),
        ...each(['startDate', 'endDate'], object(date)),
        current: yesOrNo,
      },
    ),
  ),
  addresses: listOf(
    object({
      ...each(['formattedValue', 'streetAddress', 'extendedAddress', 'poBox', 'city'], maybeText),
      ...each(['region', 'postalCode', 'country', 'countryCode'], maybeText),
      ...type,
      ...primary,
    }),
  ),
  birthday: orNull(object(date, { text })),
  gender: orNull(object({ value: maybeText, addressMeAs: maybeText })),
  relations: listOf(object({ person: text, ...type })),
  events: listOf(object({ ...type, ...date })),
  imClients: listOf(object({ username: text, protocol: maybeText, ...type })),
  userDefined: listOf(object({ key: text, value: text })),
};

const REQUIRED_FIELDS = Object.fromEntries(
  Object.entries(FIELDS).filter(([name]) => !LATER_FIELDS.has(name)),
);
const CONTACT_FACTS = { id, accountId: id, resourceName, updatedAt: time };
const contact = object({ ...REQUIRED_FIELDS, ...CONTACT_FACTS }, FIELDS);
const CHANGEABLE: Members = { resourceName, ...FIELDS };

const FACTS = {
  contactId: id,
  accountId: id,
  resourceName,
  version: whole(1, Number.MAX_SAFE_INTEGER),
  runId: id,
  occurredAt: time,
};

const updated: Rule = (value) =>
  object(
    {
      ...FACTS,
      change: oneOf('created', 'updated', 'renamed', 'restored'),
      changedFields: listOf(text),
      contact,
    },
    { before: orNull(object({}, CHANGEABLE)), truncatedFields: listOf(pointer) },
  )(value) && isConsistent(value as Updated);

const deleted: Rule = (value) => {
  const reason = oneOf('deleted-in-google', 'absent-from-full-sync', 'merged', 'account-erased');
  if (!object({ ...FACTS, reason, mergedInto: orNull(id) })(value)) return false;
  const { reason: why, mergedInto } = value as { reason: string; mergedInto: string | null };
  return (why === 'merged') === (mergedInto !== null);
};

interface Updated {
  readonly contactId: string;
  readonly accountId: string;
  readonly resourceName: string;
  readonly change: string;
  readonly changedFields: readonly string[];
  readonly before?: Json | null;
  readonly contact: Json;
  readonly truncatedFields?: readonly string[];
}

function isConsistent({ change, changedFields, before, contact: state, truncatedFields }: Updated): boolean {
  const isNew = change === 'created' || change === 'restored';
  if (isNew && (changedFields.length > 0 || before != null)) return false;
  if (!isNew && before === null) return false;
  const isRenamed = change === 'renamed';
  if (changedFields.includes('resourceName') !== isRenamed) return false;
  if (before != null && 'resourceName' in before !== isRenamed) return false;
  if (!areDistinct(changedFields)) return false;
  if (truncatedFields !== undefined && (truncatedFields.length === 0 || !areDistinct(truncatedFields)))
    return false;
  const known = (name: string): boolean => Object.hasOwn(CHANGEABLE, name);
  const hasLaterMembers = Object.keys(state).some(
    (name) => !known(name) && !Object.hasOwn(CONTACT_FACTS, name),
  );
  if (hasLaterMembers)
    return changedFields.every((name) => /^[a-z][a-z0-9]*$/i.test(name) && /^[a-z]/.test(name));
  return [...changedFields, ...Object.keys(before ?? {})].every(known);
}

/** Whether it is a message by all that JSON Schema can say. */
export function isMessage(eventType: string, value: unknown): boolean {
  return eventType === 'ContactUpdated' ? updated(value) : deleted(value);
}

/** What a message says by its members together and JSON Schema cannot; the descriptions in the schemas have it. */
export function isOfOneContact(value: object): boolean {
  if (!('contact' in value)) return true;
  const { contact: state, before, changedFields, change, ...facts } = value as Updated;
  return (
    state.id === facts.contactId &&
    state.accountId === facts.accountId &&
    state.resourceName === facts.resourceName &&
    (change !== 'renamed' || changedFields[0] === 'resourceName') &&
    (before == null || Object.keys(before).sort().join() === [...changedFields].sort().join())
  );
}

function pointer(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  const [empty, member, ...rest] = value.split('/');
  return (
    empty === '' &&
    (member === 'contact' || member === 'before') &&
    rest.length > 0 &&
    rest.every((part) => part !== '' && !part.replaceAll('~0', '').replaceAll('~1', '').includes('~'))
  );
}

function oneOf(...texts: readonly string[]): Rule {
  return (value) => texts.includes(value as string);
}

function each(names: readonly string[], rule: Rule): Members {
  return Object.fromEntries(names.map((name) => [name, rule]));
}

function areDistinct(texts: readonly string[]): boolean {
  return new Set(texts).size === texts.length;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
