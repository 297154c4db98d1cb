import { counted } from '#platform';

import { type Recovery } from './recover-log.js';

/** What was done, or would be done, in lines for the person who ran it. */
export function describeRecovery(recovery: Recovery, { dryRun }: { readonly dryRun: boolean }): string {
  const { events, contacts, oldEnd, newEnd, foreign } = recovery;
  const lines = [
    events === 0
      ? `The log ends at position ${oldEnd} and lacks no event that Kafka holds.`
      : `${dryRun ? 'Would bring' : 'Brought'} back ${counted(events, 'event')} of ${counted(contacts, 'contact')}; the log ended at position ` +
        `${oldEnd}, and ${dryRun ? 'would end' : 'now ends'} at ${newEnd}.`,
  ];
  if (foreign > 0)
    lines.push(
      `Passed over ${counted(foreign, 'record that is no event', 'records that are no events')} of this service.`,
    );
  if (recovery.replayed > 0)
    lines.push(
      `Gave ${recovery.replayed} of them to the read model, which had put them aside as dead letters.`,
    );
  if (recovery.erasedAgain > 0) {
    lines.push(
      `${recovery.erasedAgain} of the accounts were erased after the backup: the log has nothing of them any more, and the ` +
        'service removes the rest when it is started.',
    );
  }
  for (const id of recovery.unknownAccounts) {
    lines.push(
      `Account ${id} was connected after the backup and is not in the database: its contacts stay as they are, and ` +
        'whoever connects it again gets another account.',
    );
  }
  lines.push(
    dryRun
      ? 'Nothing was written.'
      : 'Start the service. The next sync of each account fetches what Kafka never got.',
  );
  return lines.join('\n');
}
