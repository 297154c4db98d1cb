import { type ReactNode, type RefObject, useEffect, useMemo, useRef, useState } from 'react';
import { useLocation } from 'wouter';

import { type Session } from '../api/session.js';
import { useLive } from '../live/connection.js';
import { ErrorBoundary } from '../parts/error-boundary.js';
import { KeyboardHelp } from './keyboard-help.js';
import { useKeys } from './keys.js';
import { toggleClockTimes } from './preferences.js';
import { Toasts } from './toasts.js';
import { TopBar } from './top-bar.js';

/** What stands around every page. */
export function Shell({ session, children }: { readonly session: Session; readonly children: ReactNode }) {
  const [isHelping, setHelping] = useState(false);
  const [location, navigate] = useLocation();
  const main = useRef<HTMLElement>(null);
  useLive();
  useNewPage(main);
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

/** Another page begins at its top, and a reader hears it; going back, the browser knows where one was. */
function useNewPage(main: RefObject<HTMLElement | null>): void {
  const [location] = useLocation();
  const isPushed = useRef(false);
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
    if (!isPushed.current) return;
    isPushed.current = false;
    window.scrollTo(0, 0);
    main.current?.focus({ preventScroll: true });
  }, [location, main]);
}
