import { Link, useLocation } from 'wouter';

import { type Session, signOut } from '../api/session.js';
import { useAtNow } from '../live/clock.js';
import { type Connection, useConnection } from '../live/connection.js';
import { Icon, type IconName } from '../parts/icon.js';
import { Menu } from '../parts/menu.js';
import { BASE } from '../base.js';
import { count } from '../words/numbers.js';
import { timeOfDay } from '../words/times.js';
import { Brand } from './brand.js';
import { Find } from './find.js';
import { toggleClockTimes, toggleTheme } from './preferences.js';
import { useTroubleCount } from './trouble-count.js';

const PAGES: readonly {
  readonly href: string;
  readonly icon: IconName;
  readonly name: string;
  readonly also?: RegExp;
}[] = [
  { href: '/', icon: 'overview', name: 'Overview', also: /^\/(accounts|runs)(\/|$)/ },
  { href: '/contacts', icon: 'person', name: 'Contacts' },
  { href: '/events', icon: 'events', name: 'Events' },
  { href: '/trouble', icon: 'inbox', name: 'Trouble' },
];

interface TopBarProps {
  readonly session: Session;
  readonly onHelp: () => void;
}

export function TopBar({ session, onHelp }: TopBarProps) {
  const [location] = useLocation();
  const trouble = useTroubleCount();
  return (
    <header className="top">
      <Brand />
      <nav className="nav" aria-label="Pages">
        <ul>
          {PAGES.map(({ href, icon, name, also }) => {
            const isHere =
              href === location ||
              (href !== '/' && location.startsWith(`${href}/`)) ||
              also?.test(location) === true;
            return (
              <li key={href}>
                <Link href={href} aria-current={isHere ? 'page' : undefined}>
                  <Icon name={icon} />
                  {name}
                  {name === 'Trouble' && trouble > 0 && (
                    <span className="count">
                      {count(trouble)}
                      <span className="vh"> need a person</span>
                    </span>
                  )}
                </Link>
              </li>
            );
          })}
        </ul>
      </nav>
      <Find />
      <ConnectionState />
      <button
        className="btn quiet icon"
        type="button"
        aria-label="Light or dark"
        title="Light or dark"
        onClick={toggleTheme}
      >
        <Icon name="theme" />
      </button>
      <Menu
        className="btn quiet"
        button={
          <>
            <Icon name="key" />
            <span className="wide-only">{session.name}</span>
            <span className="vh">Menu</span>
          </>
        }
      >
        <Link href="/settings">Settings</Link>
        <button type="button" onClick={onHelp}>
          Keyboard shortcuts <kbd>?</kbd>
        </button>
        <button type="button" onClick={toggleClockTimes}>
          Times as clock times <kbd>T</kbd>
        </button>
        <a href={`${BASE}/api/docs`}>API documentation</a>
        {session.csrfToken !== null && (
          <>
            <hr />
            <button type="button" onClick={() => void signOut()}>
              Sign out
            </button>
          </>
        )}
      </Menu>
    </header>
  );
}

function ConnectionState() {
  const connection = useConnection();
  return (
    <span
      className={connection.state === 'lost' || connection.state === 'full' ? 'link lost' : 'link'}
      role="status"
      title={explained(connection)}
    >
      <ConnectionWords connection={connection} />
    </span>
  );
}

function ConnectionWords({ connection }: { readonly connection: Connection }) {
  const isLost = connection.state === 'lost';
  const since = useAtNow(() => (isLost ? timeOfDay(new Date(connection.since)) : ''));
  if (isLost) return <>Reconnecting, as of {since}</>;
  if (connection.state === 'full') return <>Not live, asks every 5 s</>;
  return connection.state === 'live' ? <>Live</> : <>Every 5 s</>;
}

function explained({ state }: Connection): string {
  if (state === 'lost') return 'The service cannot be reached; what is shown is as it was then';
  if (state === 'full') {
    return 'The service has no room for another live connection; it is asked every 5 seconds until it has';
  }
  return state === 'live' ? 'What changes shows at once' : 'The service is asked every 5 seconds';
}
