import { type Account } from '../storage/account-store.js';
import { type PersonVersion } from '../storage/person-store.js';
import { type Identity, identityAt } from './identity.js';
import { PERSON_FIELDS, type PersonField, type PersonItems } from './person-fields.js';
import { hash32, Random } from './random.js';
import { etagAt, sourceEtagAt, sourceIdAt } from './resource-name.js';
import { profileIdOf } from './seeded-items.js';
import { seededItems } from './seeded-person.js';

/** How a person is asked for. */
export interface Presentation {
  readonly fields: readonly PersonField[];
  /** With the items of a merged profile (READ_SOURCE_TYPE_PROFILE). */
  readonly withProfile: boolean;
  /** `metadata.previousResourceNames` and `metadata.deleted` exist only in lists with a sync token. */
  readonly incremental: boolean;
  /** Shuffles the items, whose order Google does not promise; left out, the primary one comes first. */
  readonly shuffleSeed?: number;
}

/** The whole person, as stored, for the control API. */
export const WHOLE: Presentation = { fields: PERSON_FIELDS, withProfile: true, incremental: true };

const SEEDED_SINCE = Date.UTC(2019, 0, 1);
const SEEDED_SECONDS = 150_000_000;
const shuffler = new Random();

/** The person as People API JSON: resource name, etag, and of the rest only the asked fields. */
export function presentPerson(
  account: Account,
  version: PersonVersion,
  how: Presentation,
): Record<string, unknown> {
  const person: Record<string, unknown> = {
    resourceName: version.resourceName,
    etag: etagAt(account.seed, version.position, version.sequence),
  };
  const withMetadata = how.fields.includes('metadata');
  if (version.state !== 'live') {
    if (withMetadata) person.metadata = { deleted: true, ...previousNames(version, how) };
    return person;
  }
  const who = identityAt(account.seed, version.position);
  const items = itemsOf(who, version, how.fields);
  const profile = version.body === null ? who.hasProfile : hasProfileItem(items);
  if (withMetadata)
    person.metadata = metadataOf(who, version, how, profile && how.withProfile, items.metadata);
  if (how.shuffleSeed !== undefined) shuffler.reseed(how.shuffleSeed, version.position);
  for (const field of how.fields) {
    const list = items[field];
    if (list === undefined || field === 'metadata') continue;
    const shown = Array.isArray(list) ? arranged(list, how, profile) : list;
    if (!Array.isArray(shown) || shown.length > 0) person[field] = shown;
  }
  return person;
}

/** The person's fields, from its stored body or, as long as it was never edited, from the seed. */
export function itemsOf(who: Identity, version: PersonVersion, fields: readonly PersonField[]): PersonItems {
  if (version.body === null) return seededItems(who, fields);
  return JSON.parse(version.body) as PersonItems;
}

function metadataOf(
  who: Identity,
  version: PersonVersion,
  how: Presentation,
  withProfile: boolean,
  override: unknown,
): Record<string, unknown> {
  const contact = {
    type: 'CONTACT',
    id: sourceIdAt(who.seed, who.position),
    etag: sourceEtagAt(who.seed, who.position, version.sequence),
    updateTime: updateTimeOf(who, version),
  };
  const profile = {
    type: 'PROFILE',
    id: profileIdOf(who),
    etag: sourceEtagAt(who.seed, who.position, -1),
    profileMetadata: { objectType: 'PERSON', userTypes: ['GOOGLE_USER'] },
  };
  return {
    sources: withProfile ? [contact, profile] : [contact],
    objectType: 'PERSON',
    ...previousNames(version, how),
    ...(typeof override === 'object' ? override : {}),
  };
}

function previousNames(version: PersonVersion, how: Presentation): { previousResourceNames?: string[] } {
  if (!how.incremental) return {};
  const names = version.previousNames.filter((name) => name !== version.resourceName);
  return names.length === 0 ? {} : { previousResourceNames: names };
}

/** Google gives microseconds. */
function updateTimeOf(who: Identity, version: PersonVersion): string {
  const seededAt = SEEDED_SINCE + ((hash32(who.seed, who.position, 7) >>> 0) % SEEDED_SECONDS) * 1_000;
  const at = version.sequence === 0 ? seededAt : version.at;
  const micros = (hash32(who.position, version.sequence) >>> 0) % 1_000;
  return new Date(at).toISOString().replace('Z', `${String(micros).padStart(3, '0')}Z`);
}

function arranged(list: unknown[], how: Presentation, profile: boolean): unknown[] {
  const shown = profile && !how.withProfile ? list.filter((item) => !isProfileItem(item)) : list;
  if (how.shuffleSeed === undefined || shown.length < 2) return shown;
  const mixed = shown.slice();
  for (let at = mixed.length - 1; at > 0; at--) {
    const other = shuffler.int(at + 1);
    [mixed[at], mixed[other]] = [mixed[other], mixed[at]];
  }
  return mixed;
}

function hasProfileItem(items: PersonItems): boolean {
  return Object.values(items).some((list) => Array.isArray(list) && list.some(isProfileItem));
}

function isProfileItem(item: unknown): boolean {
  return (
    (item as { metadata?: { source?: { type?: unknown } } } | null)?.metadata?.source?.type === 'PROFILE'
  );
}
