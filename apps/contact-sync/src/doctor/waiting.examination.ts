import { counted } from '#platform';

import { type Troubles } from '../standing/troubles.js';
import { type Examination, type Finding, judged } from './examination.js';

/** What the service cannot decide by itself, and waits for. */
export class WaitingExamination implements Examination {
  readonly area = 'waiting';
  readonly asks = 'postgres';
  readonly document = 'docs/operations.md#what-waits-for-a-person';

  constructor(private readonly troubles: Pick<Troubles, 'count' | 'countMore'>) {}

  async examine(): Promise<Finding[]> {
    const [{ held, quarantined, deadLetters }, { heldDeletions, needSignIn }] = await Promise.all([
      this.troubles.count(null),
      this.troubles.countMore(),
    ]);
    return [
      judged('waiting-held-deletions', held === 0, 'No deletions are held.', {
        verdict: 'warning',
        found: `${counted(heldDeletions, 'deletion')} of ${counted(held, 'account')} ${heldDeletions === 1 ? 'waits' : 'wait'} for a decision.`,
        mend: 'contactstream held list; then contactstream held approve RUN, or reject RUN. Or on the page, under Trouble.',
        document: 'docs/how-to/decide-on-held-deletions.md',
      }),
      judged('waiting-sign-ins', needSignIn === 0, 'No account needs a sign-in.', {
        verdict: 'warning',
        found: `${counted(needSignIn, 'account needs', 'accounts need')} a sign-in; nothing of theirs is synced.`,
        mend: 'contactstream accounts list --health needs-reauth; then let their persons sign in. Or on the page, under Trouble.',
        document: 'docs/google-setup.md#when-a-sign-in-ends',
      }),
      judged('waiting-dead-letters', deadLetters === 0, 'There are no dead letters.', {
        verdict: 'warning',
        found: `${counted(deadLetters, 'dead letter waits', 'dead letters wait')} for a decision.`,
        mend: 'contactstream dead-letters list --state open; then replay or discard them. Or on the page, under Trouble.',
        document: 'docs/operations.md#dead-letters',
      }),
      judged('waiting-quarantine', quarantined === 0, 'Nobody is in quarantine.', {
        verdict: 'warning',
        found: `${counted(quarantined, 'person is', 'persons are')} in quarantine.`,
        mend: 'contactstream quarantine list --state open; then replay or discard them. Or on the page, under Trouble.',
        document: 'docs/operations.md#quarantine',
      }),
    ];
  }
}
