import { type PersonField, type PersonItems } from './person-fields.js';

const SINGULAR: readonly PersonField[] = [
  'names',
  'biographies',
  'birthdays',
  'fileAses',
  'genders',
  'photos',
  'metadata',
];

/** The fields of a merged contact: the survivor's, and of the other what the survivor does not have. */
export function mergedItems(survivor: PersonItems, other: PersonItems): PersonItems {
  const merged: PersonItems = { ...survivor };
  for (const [name, theirs] of Object.entries(other)) {
    const field = name as PersonField;
    const ours = merged[field];
    if (ours === undefined) merged[field] = theirs;
    else if (Array.isArray(ours) && Array.isArray(theirs) && !SINGULAR.includes(field)) {
      const known = new Set(ours.map(withoutMetadata));
      const added = theirs.filter((item) => !known.has(withoutMetadata(item)));
      merged[field] = [...(ours as unknown[]), ...added.map(notPrimary)];
    }
  }
  return merged;
}

function withoutMetadata(item: unknown): string {
  return JSON.stringify(item, (key, value: unknown) => (key === 'metadata' ? undefined : value));
}

/** At most one item of a field may be primary. */
function notPrimary(item: unknown): unknown {
  const { metadata } = item as { metadata?: Record<string, unknown> };
  if (metadata === undefined) return item;
  const kept = Object.fromEntries(
    Object.entries(metadata).filter(([key]) => !/^(source)?primary$/i.test(key)),
  );
  return { ...(item as object), metadata: kept };
}
