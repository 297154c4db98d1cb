import { type ReactNode } from 'react';
import { Link } from 'wouter';

import { type WholeQuarantined } from '../../api/trouble.js';
import { Diff } from '../../parts/diff.js';

/** What a replay would do now, before anybody does it. */
export function IfReplayed({ entry: { replay } }: { readonly entry: WholeQuarantined }) {
  if (replay === null) return null;
  const { contactId, version, changedFields, before, after } = replay;
  return (
    <>
      <h2 className="pad sub">If it is replayed</h2>
      <div className="pad">
        <p className="muted small">{sentenceOf(replay)}</p>
        {changedFields.length > 0 && <Diff fields={changedFields} before={before} after={after} />}
        {contactId !== null && version !== 1 && (
          <p className="small">
            <Link href={`/contacts/${contactId}`}>Show the contact as it is</Link>
          </p>
        )}
      </div>
    </>
  );
}

function sentenceOf({ outcome, version }: NonNullable<WholeQuarantined['replay']>): ReactNode {
  switch (outcome) {
    case 'created':
      return 'A contact would be made of it.';
    case 'restored':
      return `The contact was deleted, and would be restored as version ${version ?? 'next'}.`;
    case 'updated':
    case 'renamed':
      return version === null
        ? 'The contact would change.'
        : `Version ${version} would be stored, with these changes against version ${version - 1}:`;
    case 'unchanged':
      return 'It would be understood, and nothing would change: the contact says the same already.';
    case 'still-not-understood':
      return 'It would not be understood by today’s rules either: a replay changes nothing.';
  }
}
