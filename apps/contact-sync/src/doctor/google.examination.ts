import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { askAboutClient, type GoogleClientSettings } from '#google-people';
import { boundSql } from '#platform';

import { type Examination, type Finding, judged } from './examination.js';

const LARGE_SKEW_MS = 60_000;

interface Outcomes {
  /** Runs of the last hour that failed, by code. */
  readonly failures: Readonly<Record<string, number>>;
  readonly succeeded: number;
  /** The last time that the service's own client was refused, if nothing went well since. */
  readonly refused: string | null;
}

/** Whether Google knows the service; of an account nothing is asked, so that it costs no quota. */
export class GoogleExamination implements Examination {
  readonly area = 'google';
  readonly document = 'docs/google-setup.md';

  constructor(
    private readonly em: SqlEntityManager,
    private readonly settings: GoogleClientSettings,
  ) {}

  async examine(): Promise<Finding[]> {
    const [client, [outcomes]] = await Promise.all([
      askAboutClient(this.settings),
      boundSql<Outcomes>(this.em.fork(), OUTCOMES),
    ]);
    const { failures = {}, succeeded = 0, refused = null } = outcomes ?? {};
    const limited = failures['google-rate-limited'] ?? 0;
    return [
      judged('google-client', client.refusal === null, 'Google knows the OAuth client.', {
        verdict: 'failed',
        found: `Google refuses the OAuth client: ${client.refusal ?? ''}.`,
        mend: 'Follow docs/google-setup.md, and set GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET.',
      }),
      judged('google-api', refused === null, `Syncs that went well within the last hour: ${succeeded}.`, {
        verdict: 'failed',
        found: 'Google refused the service itself at the last sync; none went well since.',
        mend: "Enable the Google People API in the OAuth client's project; the error of the run says what Google said.",
      }),
      judged('google-quota', limited === 0, 'No sync failed for the quota within the last hour.', {
        verdict: 'warning',
        found: `Syncs that failed for the quota within the last hour: ${limited}.`,
        mend: "Ask for a higher quota in Google's console, or raise SYNC_INTERVAL.",
      }),
      clock(client.skewMs),
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
  )
  select coalesce((select jsonb_object_agg(outcome, count) from hour where outcome <> 'succeeded'), '{}') as failures,
    coalesce((select count from hour where outcome = 'succeeded'), 0) as succeeded,
    (select refused from ends where refused > coalesce(succeeded, '-infinity')) as refused`;
