/**
 * As Promise.all, but not over before all of them are: what they hand in to be ended, or use, is theirs until then.
 *
 * @throws what the first of those threw that failed
 */
export async function allSettled<T extends readonly unknown[]>(
  work: T,
): Promise<{ -readonly [Index in keyof T]: Awaited<T[Index]> }> {
  await Promise.allSettled(work);
  return Promise.all(work);
}
