/** The `metadata` of one item of a person (People API FieldMetadata). */
export interface ItemMetadata {
  primary?: true;
  sourcePrimary?: true;
  source: { type: 'CONTACT' | 'PROFILE'; id: string };
}

/** At most one item of a field is primary, and one of each source is the source's primary. */
export function contactMetadata(sourceId: string, first: boolean): ItemMetadata {
  const source = { type: 'CONTACT' as const, id: sourceId };
  return first ? { primary: true, sourcePrimary: true, source } : { source };
}

export function profileMetadata(profileId: string): ItemMetadata {
  return { sourcePrimary: true, source: { type: 'PROFILE', id: profileId } };
}

/** Google's English name of a well-known type; a custom type is its own name. */
export function formattedTypeOf(type: string): string {
  return FORMATTED_TYPES[type] ?? type;
}

const FORMATTED_TYPES: Partial<Record<string, string>> = {
  home: 'Home',
  work: 'Work',
  other: 'Other',
  mobile: 'Mobile',
  main: 'Main',
  homeFax: 'Home Fax',
  workFax: 'Work Fax',
  pager: 'Pager',
  homePage: 'Home Page',
  blog: 'Blog',
  profile: 'Profile',
  anniversary: 'Anniversary',
  spouse: 'Spouse',
  child: 'Child',
  mother: 'Mother',
  father: 'Father',
  friend: 'Friend',
  manager: 'Manager',
  assistant: 'Assistant',
};
