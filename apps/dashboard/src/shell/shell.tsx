import { type ReactNode, type RefObject, useEffect, useMemo, useRef, useState } from 'react';
import { useLocation } from 'wouter';

import { rightsOf, type Session } from '../api/session.js';
import { BASE } from '../base.js';
import { useLive } from '../live/connection.js';
import { ErrorBoundary } from '../parts/error-boundary.js';
import { KeyboardHelp } from './keyboard-help.js';
import { useKeptFocus } from './kept-focus.js';
import { useKeys } from './keys.js';
import { toggleClockTimes } from './preferences.js';
import { tell, Toasts } from './toasts.js';
import { TopBar } from './top-bar.js';

/** What stands around every page. */
export function Shell({ session, children }: { readonly session: Session; readonly children: ReactNode }) {
  const [isHelping, setHelping] = useState(false);
  const [location, navigate] = useLocation();
  const main = useRef<HTMLElement>(null);
  useLive();
  useNewPage(main);
  useNewRights(session);
  useKeptFocus(main);
  useKeys(
    useMemo(
      () => ({
        'g o': () => {
          navigate('/');
        },
        'g c': () => {
          navigate('/contacts');
        },
        'g e': () => {
          navigate('/events');
        },
        'g t': () => {
          navigate('/trouble');
        },
        t: toggleClockTimes,
        '?': () => {
          setHelping(true);
        },
      }),
      [navigate],
    ),
  );
  return (
    <>
      <a className="skip" href="#main">
        Skip to the content
      </a>
      <TopBar
        session={session}
        onHelp={() => {
          setHelping(true);
        }}
      />
      <main className="page" id="main" tabIndex={-1} ref={main}>
        <ErrorBoundary of={location}>{children}</ErrorBoundary>
      </main>
      <Toasts />
      {isHelping && (
        <KeyboardHelp
          onClose={() => {
            setHelping(false);
          }}
        />
      )}
    </>
  );
}

/** Others changed what may be seen here: it is said, because the page looks otherwise from now on. */
function useNewRights(session: Session): void {
  const before = useRef(session);
  useEffect(() => {
    const { current } = before;
    before.current = session;
    if (current.name === session.name && rightsOf(current) !== rightsOf(session)) {
      tell('What you may see and do was changed; the page shows it as it is now');
    }
  }, [session]);
}

/** Another page begins at its top, and a reader hears it; going back, the browser knows where one was. */
function useNewPage(main: RefObject<HTMLElement | null>): void {
  const [location] = useLocation();
  const isPushed = useRef(false);
  const before = useRef(location);
  useEffect(() => {
    const pushed = () => {
      isPushed.current = true;
    };
    // So wouter tells of it.
    window.addEventListener('pushState', pushed);
    return () => {
      window.removeEventListener('pushState', pushed);
    };
  }, []);
  useEffect(() => {
    const from = before.current;
    before.current = location;
    if (!isPushed.current) return;
    isPushed.current = false;
    window.scrollTo(0, 0);
    if (main.current !== null) placeIn(main.current, from, location).focus({ preventScroll: true });
  }, [location, main]);
}

/** Where the focus goes: to what was opened beside its list, and when that is closed, back to its link. */
function placeIn(main: HTMLElement, from: string, to: string): HTMLElement {
  if (from.split('/')[1] !== to.split('/')[1]) return main;
  const opened = main.querySelector<HTMLElement>('.split-view > section[tabindex]');
  if (opened !== null) return opened;
  const links = [...main.querySelectorAll<HTMLAnchorElement>('.split-view a[href]')];
  return links.find(({ pathname }) => pathname === `${BASE}${from}`) ?? main;
}
