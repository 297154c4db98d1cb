import { useState } from 'react';
import { Link } from 'wouter';

import { type Account } from '../../api/answers.js';
import { useAbout } from '../../api/ask.js';
import { useMay } from '../../api/session.js';
import { useAtNow } from '../../live/clock.js';
import { Bars } from '../../parts/plots.js';
import { Time } from '../../parts/time.js';
import { count, counted } from '../../words/numbers.js';
import { exactSpan, parseInterval } from '../../words/times.js';
import { ScheduleDialog } from './schedule-dialog.js';

const TOKEN_LIVES_MS = 7 * 86_400_000;

/** Four facts: how fresh, how often, how old the sync token is, how many contacts. */
export function AccountFacts({ account }: { readonly account: Account }) {
  const { lastSucceededAt, syncTokenObtainedAt, contacts, changes24h, id } = account;
  const fresh = useAtNow((now) =>
    lastSucceededAt === null ? 'never' : exactSpan(now - Date.parse(lastSucceededAt)),
  );
  return (
    <dl className="panel facts">
      <div>
        <dt>Freshness</dt>
        <dd className="fig">{fresh}</dd>
        <dd>since the last good sync</dd>
      </div>
      <Schedule account={account} />
      <div>
        <dt>
          Sync token <span>of 7 days</span>
        </dt>
        {syncTokenObtainedAt === null ? (
          <>
            <dd className="fig muted">none</dd>
            <dd>The next sync reads the whole list, and gets one</dd>
          </>
        ) : (
          <TokenAge since={syncTokenObtainedAt} />
        )}
      </div>
      <div>
        <dt>
          Contacts <span>changes, 24 h</span>
        </dt>
        <dd className="fig">{count(contacts)}</dd>
        <dd>
          <Bars
            stacks={[changes24h.hourly]}
            classes={['p2']}
            height={24}
            label={`${counted(changes24h.total, 'change')} in 24 hours`}
          />
        </dd>
        <dd>
          {counted(changes24h.total, 'change')} · <Link href={`/contacts?account=${id}`}>Show</Link>
        </dd>
      </div>
    </dl>
  );
}

function Schedule({ account }: { readonly account: Account }) {
  const { interval, intervalSeconds, nextSyncAt, nextFullSyncAt } = account;
  const [isChanging, setChanging] = useState(false);
  const about = useAbout();
  const may = useMay();
  const schedule = about.data?.schedule;
  const cron = schedule?.cron ?? null;
  const usual = cron ?? schedule?.interval ?? null;
  const usualMs = cron === null && interval === null ? parseInterval(usual ?? '') : null;
  const isQuiet = intervalSeconds !== null && usualMs !== null && intervalSeconds * 1_000 > usualMs;
  return (
    <div>
      <dt>
        Schedule
        {may('admin') && (
          <button
            className="as-link"
            type="button"
            onClick={() => {
              setChanging(true);
            }}
          >
            Change
          </button>
        )}
      </dt>
      <dd className={intervalSeconds === null ? 'fig muted' : 'fig'}>
        {cron ?? (intervalSeconds === null ? 'none' : exactSpan(intervalSeconds * 1_000))}
      </dd>
      {isQuiet && <dd>Its contacts change seldom</dd>}
      <dd>
        {nextSyncAt === null ? (
          'No sync is due'
        ) : (
          <>
            Next sync <Time at={nextSyncAt} exact />
          </>
        )}
      </dd>
      {nextFullSyncAt !== null && (
        <dd>
          Next full sync <Time at={nextFullSyncAt} exact />
        </dd>
      )}
      {isChanging && (
        <ScheduleDialog
          account={account}
          usual={usual}
          onClose={() => {
            setChanging(false);
          }}
        />
      )}
    </div>
  );
}

function TokenAge({ since }: { readonly since: string }) {
  const age = useAtNow((now) => Math.floor((now - Date.parse(since)) / 60_000) * 60_000);
  const text = useAtNow((now) => exactSpan(now - Date.parse(since)));
  const about = useAbout();
  const full = parseInterval(about.data?.schedule.fullInterval ?? '');
  const share = Math.min(100, (age / TOKEN_LIVES_MS) * 100);
  return (
    <>
      <dd className="fig">{text}</dd>
      <dd>
        <svg height="18" role="img" aria-label={`${text} of 7 days`}>
          <line x1="0" x2="100%" y1="9" y2="9" stroke="var(--line)" strokeWidth="6" strokeLinecap="round" />
          <line
            x1="0"
            x2={`${share}%`}
            y1="9"
            y2="9"
            stroke="var(--accent)"
            strokeWidth="6"
            strokeLinecap="round"
          />
          {full !== null && (
            <line
              x1={`${(full / TOKEN_LIVES_MS) * 100}%`}
              x2={`${(full / TOKEN_LIVES_MS) * 100}%`}
              y1="1"
              y2="17"
              stroke="var(--edge)"
              strokeWidth="2"
            />
          )}
        </svg>
      </dd>
      <dd>
        {age > TOKEN_LIVES_MS
          ? 'It has expired: the next sync reads the whole list'
          : `${full === null ? 'A full sync' : `The full sync after ${exactSpan(full)}`} renews it; past 7 days the whole list is read`}
      </dd>
    </>
  );
}
