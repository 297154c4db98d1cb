import { type ContactMessage } from '#contact-events';

import { type Acknowledgement } from '#publishing';

/**
 * What a broker's answer says of the messages sent to a topic: it tells the first offset of each partition's, the last
 * follows from their number.
 *
 * @param baseOffset of a partition, as the broker told it
 * @throws when it told none for a partition
 */
export function acknowledgements(
  topic: string,
  placed: readonly { readonly message: ContactMessage; readonly partition: number | undefined }[],
  baseOffset: (partition: number) => bigint | string | undefined,
): Acknowledgement[] {
  return [...Map.groupBy(placed, ({ partition }) => partition)].map(([partition, group]) => {
    const base = partition === undefined ? undefined : baseOffset(partition);
    const last = group.at(-1);
    if (partition === undefined || base === undefined || last === undefined) {
      throw new Error(`Kafka acknowledged no offset for ${topic}, partition ${String(partition)}`);
    }
    const firstOffset = BigInt(base);
    const lastOffset = firstOffset + BigInt(group.length - 1);
    return { topic, partition, firstOffset, lastOffset, message: last.message };
  });
}
