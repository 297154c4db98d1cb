import { useEffect, useRef } from 'react';

/** Keys that come together are one search; one that is overtaken is given up. */
const TYPING_MS = 30;

/** Searches for what is typed once no key has come for a moment. @param searched what was searched for last */
export function useTyping(typed: string, searched: string, search: (text: string) => void): void {
  const latest = useRef(search);
  useEffect(() => {
    latest.current = search;
  });
  useEffect(() => {
    if (typed === searched) return;
    const timer = setTimeout(() => {
      latest.current(typed);
    }, TYPING_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [typed, searched]);
}
