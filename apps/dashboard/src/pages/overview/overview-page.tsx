import { useTitle } from '../../shell/title.js';

export function OverviewPage() {
  useTitle('Overview');
  return <h1>Overview</h1>;
}
