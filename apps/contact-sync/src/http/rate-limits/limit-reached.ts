/** How much may go on side by side. */
export interface MostAtOnce {
  readonly process: number;
  readonly caller: number;
}

/**
 * Whether there is no room for one more.
 *
 * @param callers of what goes on, each as often as it is theirs
 * @returns null: there is room; else whose limit is reached, and how many there are
 */
export function limitReached(
  callers: readonly string[],
  caller: string,
  most: MostAtOnce,
): { readonly isCallers: boolean; readonly count: number } | null {
  const own = callers.filter((other) => other === caller).length;
  if (own >= most.caller) return { isCallers: true, count: own };
  return callers.length >= most.process ? { isCallers: false, count: callers.length } : null;
}
