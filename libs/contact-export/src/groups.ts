/**
 * Google's own groups, which every account has. The names of a person's own labels are not known: they have a resource
 * name, which says nothing to anybody.
 */
const SYSTEM_GROUPS = new Set([
  'all',
  'blocked',
  'chatBuddies',
  'coworkers',
  'family',
  'friends',
  'myContacts',
  'starred',
]);

const PREFIX = 'contactGroups/';

/** What a group is called; null for one of the person's own. */
export function groupName(resourceName: string): string | null {
  const name = resourceName.startsWith(PREFIX) ? resourceName.slice(PREFIX.length) : resourceName;
  return SYSTEM_GROUPS.has(name) ? name : null;
}

/** The resource name of a group that is asked for by that or by what stands behind `contactGroups/` in it. */
export function groupResourceName(label: string): string {
  return label.startsWith(PREFIX) ? label : PREFIX + label;
}
