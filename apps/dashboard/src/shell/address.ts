import { useLocation, useSearch } from 'wouter';
import { useHistoryState } from 'wouter/use-browser-location';

/** What the address says behind the page's path; null takes a member out of it. */
type Changes = Readonly<Record<string, string | null>>;

export interface Address {
  readonly search: URLSearchParams;
  /** What goes along with the address and is never part of it, such as what is searched for. */
  readonly aside: Readonly<Record<string, unknown>>;
  /** The same address with other members, on this path or another one. */
  readonly href: (changes: Changes, path?: string) => string;
  /** Goes there; `replace`: without a way back to where one was. */
  readonly go: (
    href: string,
    options?: { replace?: boolean; aside?: Readonly<Record<string, unknown>> },
  ) => void;
}

/** The address as state: what is chosen on a page, so that a link shows a colleague the same. */
export function useAddress(): Address {
  const [location, navigate] = useLocation();
  const search = new URLSearchParams(useSearch());
  const state = useHistoryState<unknown>();
  const aside = typeof state === 'object' && state !== null ? (state as Record<string, unknown>) : {};
  return {
    search,
    aside,
    href(changes, path = location) {
      const changed = new URLSearchParams(search);
      for (const [name, value] of Object.entries(changes)) {
        if (value === null) changed.delete(name);
        else changed.set(name, value);
      }
      return changed.size > 0 ? `${path}?${changed}` : path;
    },
    go(href, { replace = false, aside: along = aside } = {}) {
      navigate(href, { replace, state: along });
    },
  };
}
