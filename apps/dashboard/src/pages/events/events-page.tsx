import { useTitle } from '../../shell/title.js';

export function EventsPage(_: { readonly position?: string | undefined }) {
  useTitle('Events');
  return <h1>Events</h1>;
}
