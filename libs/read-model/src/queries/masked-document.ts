/** What is told of a contact to those who may not see what it says. */
export interface MaskedContact {
  readonly id: string;
  readonly accountId: string;
  readonly resourceName: string;
  readonly version: number;
  readonly deleted: boolean;
  readonly deletedAt?: Date | null | undefined;
  readonly deletedReason?: string | null | undefined;
  readonly updatedAt: Date;
  readonly syncedAt: Date;
}

/** As JSON, with the members in the order of a whole contact's. */
export function maskedDocument(contact: MaskedContact): string {
  const { id, accountId, resourceName, version, deleted, updatedAt, syncedAt } = contact;
  return JSON.stringify({
    masked: true,
    ...{ id, accountId, resourceName, version, deleted },
    deletedAt: contact.deletedAt ?? null,
    deletedReason: contact.deletedReason ?? null,
    ...{ updatedAt, syncedAt },
  });
}
