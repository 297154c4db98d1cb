/**
 * As Promise.all, but settles only when all of them have, so that nothing they use is taken away too early.
 *
 * @throws the error of the first that failed
 */
export async function allSettled<T extends readonly unknown[]>(
  work: T,
): Promise<{ -readonly [Index in keyof T]: Awaited<T[Index]> }> {
  await Promise.allSettled(work);
  return Promise.all(work);
}
