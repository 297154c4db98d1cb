/** Takes a step that is to be done once the work is over, however it ends. */
export type Later = (end: () => Promise<unknown>) => void;

/**
 * Does the work, then every step that it handed in, the last one first.
 *
 * @throws what the work throws; if that went well, the first error of those steps
 */
export async function withCleanup<T>(work: (later: Later) => Promise<T>): Promise<T> {
  const ends: (() => Promise<unknown>)[] = [];
  const errors: unknown[] = [];
  let result: T | undefined;
  try {
    result = await work((end) => {
      ends.push(end);
    });
  } catch (error) {
    errors.push(error);
  }
  for (const end of ends.reverse()) {
    try {
      await end();
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
  return result as T;
}
