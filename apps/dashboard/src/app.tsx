import { Fragment } from 'react';
import { Route, Switch } from 'wouter';

import { rightsOf, useSession } from './api/session.js';
import { NotLoaded } from './parts/loaded.js';
import { AccountPage } from './pages/account/account-page.js';
import { ContactsPage } from './pages/contacts/contacts-page.js';
import { EventsPage } from './pages/events/events-page.js';
import { OverviewPage } from './pages/overview/overview-page.js';
import { RunPage } from './pages/run/run-page.js';
import { SettingsPage } from './pages/settings/settings-page.js';
import { SignInPage } from './pages/sign-in/sign-in-page.js';
import { TroublePage } from './pages/trouble/trouble-page.js';
import { NowherePage } from './pages/nowhere-page.js';
import { Shell } from './shell/shell.js';

/** Who is there, then what the address says. */
export function App() {
  const session = useSession();
  if (session.isPending) return null;
  if (session.isError) {
    return (
      <main className="alone">
        <div className="panel">
          <NotLoaded error={session.error} again={() => void session.refetch()} />
        </div>
      </main>
    );
  }
  if (session.data === null) return <SignInPage />;
  return (
    <Shell session={session.data}>
      {/* Whoever may see something else begins anew: no page keeps what was seen before. */}
      <Fragment key={rightsOf(session.data)}>
        <Switch>
          <Route path="/" component={OverviewPage} />
          <Route path="/accounts/:id">{({ id }) => <AccountPage key={id} id={id} />}</Route>
          <Route path="/runs/:id">{({ id }) => <RunPage key={id} id={id} />}</Route>
          <Route path="/contacts/:id?">{({ id }) => <ContactsPage id={id} />}</Route>
          <Route path="/events/:position?">{({ position }) => <EventsPage position={position} />}</Route>
          <Route path="/trouble/:id?">{({ id }) => <TroublePage id={id} />}</Route>
          <Route path="/settings" component={SettingsPage} />
          <Route component={NowherePage} />
        </Switch>
      </Fragment>
    </Shell>
  );
}
