import { Link } from 'wouter';

import { type Overview } from '../../api/answers.js';
import { useAbout, useOverview } from '../../api/ask.js';
import { useIsConnected } from '../../live/connection.js';
import { Loaded, SkeletonLines } from '../../parts/loaded.js';
import { Time } from '../../parts/time.js';
import { useTitle } from '../../shell/title.js';
import { AccountsPanel } from './accounts-panel.js';
import { DayPanel } from './day-panel.js';
import { FirstChange, useFirstChange } from './first-change.js';
import { FirstRun, useIsFirstRun } from './first-run.js';
import { causes, headline } from './headline.js';
import { HealthStrip } from './health-strip.js';
import { RecentChanges } from './recent-changes.js';
import { RunningPanel } from './running-panel.js';
import { StreamLine } from './stream-line.js';

export function OverviewPage() {
  useTitle('Overview');
  const overview = useOverview();
  return (
    <Loaded
      query={overview}
      skeleton={
        <div className="panel">
          <SkeletonLines lines={4} />
        </div>
      }
    >
      {(known) => <Known overview={known} />}
    </Loaded>
  );
}

function Known({ overview }: { readonly overview: Overview }) {
  const { totals, stream, day, running, oldest } = overview;
  const about = useAbout();
  const isConnected = useIsConnected();
  const isFirstRun = useIsFirstRun(overview);
  const firstChange = useFirstChange();
  if (isFirstRun) return <FirstRun overview={overview} about={about.data ?? null} />;
  return (
    <>
      <div className="head">
        <div>
          <h1>{headline(totals)}</h1>
          <p>
            {causes(totals)} {oldest !== null && totals.accounts > 1 && <Oldest oldest={oldest} />}
          </p>
        </div>
      </div>
      <div className={isConnected ? 'panel health' : 'panel health stale'}>
        <HealthStrip totals={totals} />
        {stream !== null && <StreamLine stream={stream} about={about.data} />}
      </div>
      {firstChange !== null && <FirstChange event={firstChange} />}
      <div className="cols three">
        <AccountsPanel total={totals.accounts} />
        <div className="stack">
          <div className="mid">
            <RunningPanel running={running} at={overview.at} />
            <DayPanel day={day} />
          </div>
          {stream !== null && (
            <RecentChanges position={stream.log.position} withAccount={totals.accounts > 1} />
          )}
        </div>
      </div>
    </>
  );
}

function Oldest({
  oldest: { accountId, name, succeededAt },
}: {
  readonly oldest: NonNullable<Overview['oldest']>;
}) {
  return (
    <>
      The oldest is{' '}
      <Link href={`/accounts/${accountId}`} dir="auto">
        {name}
      </Link>
      ,{' '}
      {succeededAt === null ? (
        'never synced'
      ) : (
        <>
          synced <Time at={succeededAt} />
        </>
      )}
      .
    </>
  );
}
