import { type Acknowledgement } from '#publishing';

/** Where a message was put, and its position in the log (the header `ce_position`). */
export interface PlacedMessage {
  readonly position: string | undefined;
  readonly partition: number | undefined;
}

/**
 * What a broker's answer says of the messages sent to a topic. It tells the first offset of each partition's messages;
 * the last one follows from their number.
 *
 * @param baseOffset of a partition, as the broker told it
 * @throws when it told none for a partition
 */
export function acknowledgements(
  topic: string,
  placed: readonly PlacedMessage[],
  baseOffset: (partition: number) => bigint | string | undefined,
): Acknowledgement[] {
  return [...Map.groupBy(placed, ({ partition }) => partition)].map(([partition, group]) => {
    const base = partition === undefined ? undefined : baseOffset(partition);
    if (partition === undefined || base === undefined) {
      throw new Error(`Kafka acknowledged no offset for ${topic}, partition ${String(partition)}`);
    }
    const firstOffset = BigInt(base);
    const lastOffset = firstOffset + BigInt(group.length - 1);
    return { topic, partition, firstOffset, lastOffset, lastPosition: BigInt(group.at(-1)?.position ?? 0) };
  });
}
