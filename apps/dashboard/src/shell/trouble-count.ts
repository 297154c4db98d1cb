import { useOverview } from '../api/ask.js';

/** How many things need a person. */
export function useTroubleCount(): number {
  return useOverview().data?.trouble.total ?? 0;
}
