import { Link } from 'wouter';

import { type Change, type Contact, isMasked, type MaskedContact } from '../../api/contacts.js';
import { useMay } from '../../api/session.js';
import { AccountName } from '../../parts/account-name.js';
import { Time } from '../../parts/time.js';
import { date } from '../../words/times.js';

interface ProvenanceProps {
  readonly contact: Contact | MaskedContact;
  readonly now: Contact | MaskedContact;
  /** Oldest first. */
  readonly changes: readonly Change[];
}

/** Where a contact comes from. */
export function Provenance({ contact, now, changes }: ProvenanceProps) {
  const mayOperate = useMay()('operate');
  const change = changes.find(({ version }) => version === contact.version);
  const renamed = changes.findLast(
    ({ version, change: kind }) => kind === 'renamed' && version <= contact.version,
  );
  return (
    <>
      <h2 className="pad sub">Where it comes from</h2>
      <dl className="kv pad">
        {mayOperate && (
          <div>
            <dt>Account</dt>
            <dd>
              <Link href={`/accounts/${contact.accountId}`}>
                <AccountName id={contact.accountId} />
              </Link>
            </dd>
          </div>
        )}
        <div>
          <dt>Resource name</dt>
          <dd className={contact.resourceName === now.resourceName ? undefined : 'then'}>
            <code>{contact.resourceName}</code>
            {renamed !== undefined && <small> since {date(new Date(renamed.recordedAt))}</small>}
          </dd>
        </div>
        {!isMasked(contact) && contact.groups.length > 0 && (
          <div>
            <dt>Labels</dt>
            <dd
              className={!isMasked(now) && String(contact.groups) !== String(now.groups) ? 'then' : undefined}
            >
              {contact.groups.map((group) => (
                <span key={group}>
                  <span className="tag">{group.replace(/^contactGroups\//, '')}</span>{' '}
                </span>
              ))}
            </dd>
          </div>
        )}
        <div>
          <dt>Last change</dt>
          <dd>
            <Time at={contact.syncedAt} />
            {change !== undefined && mayOperate && (
              <>
                {' '}
                by <Link href={`/runs/${change.runId}`}>run {change.runId.slice(0, 8)}</Link>
              </>
            )}
          </dd>
        </div>
        <div>
          <dt>Contact id</dt>
          <dd>
            <code>{contact.id}</code>
          </dd>
        </div>
      </dl>
    </>
  );
}
