import { Store } from '../live/store.js';

/** What a person chose about the page itself. Nothing of a contact is ever kept in the browser. */
function kept(key: string, allowed: readonly string[]): Store<string | null> {
  const read = (): string | null => {
    try {
      const value = localStorage.getItem(`contactstream.${key}`);
      return value !== null && allowed.includes(value) ? value : null;
    } catch {
      return null;
    }
  };
  const store = new Store(read());
  store.subscribe(() => {
    try {
      const value = store.get();
      if (value === null) localStorage.removeItem(`contactstream.${key}`);
      else localStorage.setItem(`contactstream.${key}`, value);
    } catch {
      // A browser that keeps nothing forgets it at the next visit.
    }
  });
  return store;
}

const theme = kept('theme', ['light', 'dark']);
export const times = kept('times', ['clock']);

const isDark = () =>
  theme.get() === 'dark' || (theme.get() === null && matchMedia('(prefers-color-scheme: dark)').matches);

function showTheme(): void {
  const chosen = theme.get();
  if (chosen === null) delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = chosen;
}
theme.subscribe(showTheme);
showTheme();

export function toggleTheme(): void {
  theme.set(isDark() ? 'light' : 'dark');
}

export function toggleClockTimes(): void {
  times.set(times.get() === 'clock' ? null : 'clock');
}
