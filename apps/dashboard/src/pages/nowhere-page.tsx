import { Link } from 'wouter';

import { useTitle } from '../shell/title.js';

export function NowherePage() {
  useTitle('Nothing here');
  return (
    <div className="nothing">
      <h1>There is no such page</h1>
      <p>
        The address may be incomplete. <Link href="/">Go to the overview</Link>
      </p>
    </div>
  );
}
