/** What an event's data tell to those who may not see what contacts say; whatever is added there stays hidden. */
const FACTS = ['contactId', 'accountId', 'resourceName', 'version', 'runId', 'occurredAt'] as const;

const OF_TYPE: Readonly<Record<string, readonly string[]>> = {
  ContactUpdated: ['change', 'changedFields'],
  ContactDeleted: ['reason', 'mergedInto'],
};

/** The members to read from the log for {@link maskedData}. */
export const MASKED_MEMBERS: readonly string[] = [...FACTS, ...Object.values(OF_TYPE).flat()];

/** @param members JSON with those of {@link MASKED_MEMBERS} that the event has */
export function maskedData(type: string, members: string): object {
  const known = JSON.parse(members) as Readonly<Record<string, unknown>>;
  const shown = [...FACTS, ...(OF_TYPE[type] ?? [])];
  return Object.assign({ masked: true }, ...shown.map((name) => ({ [name]: known[name] }))) as object;
}
