/**
 * Does in small transactions what would hold its locks too long in one: until a step finds less than it may take.
 *
 * @param step takes up to so many rows. @returns how many it took
 * @param signal ends it between two steps, with the signal's reason
 * @returns the sum
 */
export async function inSteps(
  size: number,
  step: (size: number) => Promise<number>,
  signal?: AbortSignal,
): Promise<number> {
  for (let sum = 0; ;) {
    signal?.throwIfAborted();
    const taken = await step(size);
    sum += taken;
    if (taken < size) return sum;
  }
}
