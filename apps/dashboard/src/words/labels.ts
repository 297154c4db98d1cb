const SYSTEM_GROUPS: Readonly<Record<string, string>> = {
  'contactGroups/myContacts': 'My contacts',
  'contactGroups/starred': 'Starred',
  'contactGroups/friends': 'Friends',
  'contactGroups/family': 'Family',
  'contactGroups/coworkers': 'Coworkers',
  'contactGroups/blocked': 'Blocked',
  'contactGroups/all': 'All',
};

/** What people call a label; of their own ones only Google's id is known. */
export function labelName(resourceName: string): string {
  return SYSTEM_GROUPS[resourceName] ?? resourceName.replace('contactGroups/', '');
}
