import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { askAboutClient, type GoogleClientSettings } from '#google-people';
import { boundSql, counted } from '#platform';

import { type Examination, type Finding, judged } from './examination.js';

const LARGE_SKEW_MS = 60_000;

interface Outcomes {
  /** Runs of the last hour that failed, by code. */
  readonly failures: Readonly<Record<string, number>>;
  readonly succeeded: number;
  /** The last time that the service's own client was refused, if nothing went well since. */
  readonly refused: string | null;
  /** Accounts whose sync token Google called expired twice or more within a day, which it keeps for 7; and one of them. */
  readonly expiring: number;
  readonly example: string | null;
}

/** Whether Google knows the service; of an account nothing is asked, so that it costs no quota. */
export class GoogleExamination implements Examination {
  readonly area = 'google';
  readonly asks = 'google';
  readonly document = 'docs/google-setup.md#when-google-refuses-the-service';

  constructor(private readonly settings: GoogleClientSettings) {}

  async examine(): Promise<Finding[]> {
    const client = await askAboutClient(this.settings);
    return [
      judged('google-client', client.refusal === null, 'Google knows the OAuth client.', {
        verdict: 'failed',
        found: `Google refuses the OAuth client: ${client.refusal ?? ''}.`,
        mend: 'Follow docs/google-setup.md, and set GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET.',
        document: 'docs/google-setup.md#make-the-client',
      }),
      clock(client.skewMs),
    ];
  }
}

/** What became of what Google was asked, as the database has it. */
export class GoogleOutcomesExamination implements Examination {
  readonly area = 'google';
  readonly asks = 'postgres';
  readonly unanswered = 'google-outcomes';
  readonly document = 'docs/troubleshooting.md#google';

  constructor(private readonly em: SqlEntityManager) {}

  async examine(): Promise<Finding[]> {
    const [outcomes] = await boundSql<Outcomes>(this.em.fork(), OUTCOMES);
    const { failures = {}, succeeded = 0, refused = null, expiring = 0, example = null } = outcomes ?? {};
    const limited = failures['google-rate-limited'] ?? 0;
    return [
      judged('google-api', refused === null, `Syncs that went well within the last hour: ${succeeded}.`, {
        verdict: 'failed',
        found: 'Google refused the service itself at the last sync; none went well since.',
        mend: "Enable the Google People API in the OAuth client's project; the error of the run says what Google said.",
        document: 'docs/google-setup.md#when-google-refuses-the-service',
      }),
      judged('google-quota', limited === 0, 'No sync failed for the quota within the last hour.', {
        verdict: 'warning',
        found: `Syncs that failed for the quota within the last hour: ${limited}.`,
        mend: "Ask for a higher quota in Google's console, or raise SYNC_INTERVAL.",
      }),
      judged('google-sync-tokens', expiring === 0, 'No account loses its sync token again and again.', {
        verdict: 'warning',
        found:
          `Google called the sync token expired twice or more within a day, of ${counted(expiring, 'account')}: each time ` +
          'the whole list is read.',
        mend: `contactstream runs --account ${example ?? ''} shows when; the document says what it costs, why it may be, and what to do.`,
        document: 'docs/troubleshooting.md#sync-tokens-that-expire',
      }),
    ];
  }
}

function clock(skewMs: number | null): Finding {
  const check = 'google-clock';
  if (skewMs === null) return { check, verdict: 'ok', found: 'Google does not say what time it is.' };
  const found = `The clocks of this process and of Google are ${Math.round(Math.abs(skewMs) / 1_000)} s apart.`;
  return judged(check, Math.abs(skewMs) <= LARGE_SKEW_MS, found, {
    verdict: 'warning',
    mend: 'Let this machine keep its time by NTP: access tokens end by it.',
  });
}

const OUTCOMES = `
  with hour as (
    select outcome, sum(count)::int as count from run_outcomes where last_at > now() - interval '1 hour' group by outcome
  ), ends as (
    select max(last_at) filter (where outcome = 'succeeded') as succeeded,
      max(last_at) filter (where outcome = 'google-client-refused') as refused from run_outcomes
      where half_hour > now() - interval '1 day'
  ), expiring as (
    select account_id from sync_runs
    where fallback_reason = 'sync-token-expired' and queued_at > now() - interval '1 day'
    group by account_id having count(*) > 1
  )
  select coalesce((select jsonb_object_agg(outcome, count) from hour where outcome <> 'succeeded'), '{}') as failures,
    coalesce((select count from hour where outcome = 'succeeded'), 0) as succeeded,
    (select refused from ends where refused > coalesce(succeeded, '-infinity')) as refused,
    (select count(*)::int from expiring) as expiring, (select min(account_id::text) from expiring) as example`;
