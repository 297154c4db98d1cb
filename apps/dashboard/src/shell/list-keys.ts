import { type RefObject, useMemo } from 'react';

import { useKeys } from './keys.js';

/** J and K go through the links of a list; Enter opens them, as it does any link. */
export function useListKeys(list: RefObject<HTMLElement | null>, links: string): void {
  useKeys(
    useMemo(() => {
      const step = (by: 1 | -1) => () => {
        const all = [...(list.current?.querySelectorAll<HTMLElement>(links) ?? [])];
        const focused = all.findIndex((link) => link === document.activeElement);
        const at = focused >= 0 ? focused : all.findIndex((link) => link.matches('[aria-current]'));
        const next = at < 0 ? 0 : Math.min(Math.max(at + by, 0), all.length - 1);
        all[next]?.focus();
      };
      return { j: step(1), k: step(-1) };
    }, [list, links]),
  );
}
