import { type RefObject, useEffect } from 'react';

const TAKES_FOCUS = 'a[href], button:not(:disabled), summary, input';

/**
 * What has the focus may go away with what it did. Then what stands in its place has it, such as "Watch" where "Sync" was,
 * or else the page, so that the keyboard goes on from somewhere.
 */
export function useKeptFocus(main: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    let last: Element | null = null;
    let around: readonly Element[] = [];
    const onFocus = ({ target }: FocusEvent) => {
      last = target instanceof Element ? target : null;
      around = last === null ? [] : ancestorsOf(last);
    };
    const keep = new MutationObserver(() => {
      const page = main.current;
      if (last === null || last.isConnected || page === null) return;
      if (document.activeElement !== document.body) return;
      const left = around.find((element) => element.isConnected) ?? page;
      const heir = page !== left && page.contains(left) ? left.querySelector<HTMLElement>(TAKES_FOCUS) : null;
      (heir ?? page).focus({ preventScroll: true });
    });
    document.addEventListener('focusin', onFocus);
    keep.observe(document.body, { childList: true, subtree: true });
    return () => {
      document.removeEventListener('focusin', onFocus);
      keep.disconnect();
    };
  }, [main]);
}

/** From the inside out. */
function ancestorsOf({ parentElement }: Element): Element[] {
  return parentElement === null ? [] : [parentElement, ...ancestorsOf(parentElement)];
}
