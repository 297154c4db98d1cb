/** How many things need a person. */
export function useTroubleCount(): number {
  return 0;
}
