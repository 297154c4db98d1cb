import { useTitle } from '../../shell/title.js';

export function EventsPage({ position }: { readonly position?: string | undefined }) {
  useTitle('Events');
  return <h1 data-opened={position}>Events</h1>;
}
