import { type RunDetail } from '../../api/answers.js';
import { Time } from '../../parts/time.js';
import { actorWords } from '../../words/actors.js';
import { counted } from '../../words/numbers.js';

/** What became of deletions that waited for a person, and by whom. */
export function Decided({
  run: { heldDeletions = 0, heldDecision, statistics },
}: {
  readonly run: RunDetail;
}) {
  const { not_listed: deleted } = statistics;
  return (
    <p>
      {counted(heldDeletions, 'deletion')} {heldDeletions === 1 ? 'was' : 'were'} held
      {heldDecision !== undefined && (
        <>
          , then {heldDecision.decision === 'approve' ? 'approved' : 'rejected'} by{' '}
          {actorWords(heldDecision.actor)} <Time at={heldDecision.at} />
        </>
      )}
      :{' '}
      {deleted === 0
        ? 'no contact was deleted'
        : `${counted(deleted, 'contact')} ${deleted === 1 ? 'was' : 'were'} deleted`}
      .
    </p>
  );
}
