import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';

import { type Account, type RunDetail } from '../../api/answers.js';
import { api, bodyOf } from '../../api/client.js';
import { useSync } from '../../api/commands.js';
import { isMasked, useContact } from '../../api/contacts.js';
import { useMay } from '../../api/session.js';
import { Dialog } from '../../parts/dialog.js';
import { Icon } from '../../parts/icon.js';
import { Loaded, SkeletonLines } from '../../parts/loaded.js';
import { useBeginSync } from '../../parts/sync-button.js';
import { changeWords } from '../../words/changes.js';
import { fieldWord } from '../../words/fields.js';
import { count, counted } from '../../words/numbers.js';
import { Sum } from '../run/sum.js';

interface DryRun {
  readonly message: string;
  readonly statistics: RunDetail['statistics'];
  readonly heldDeletions?: number;
  readonly events: readonly {
    readonly change?: string;
    readonly reason?: string;
    readonly contactId: string;
    readonly resourceName: string;
    readonly changedFields: readonly string[];
  }[];
}

/** What a sync would do now, before anything happens: the same sum, and what would change. */
export function DryRunDialog({
  account,
  onClose,
}: {
  readonly account: Account;
  readonly onClose: () => void;
}) {
  const { id, name } = account;
  const dryRun = useQuery({
    queryKey: ['dry-run', id],
    queryFn: async ({ signal }) =>
      (await bodyOf<unknown>(
        api.POST('/api/sync', { params: { query: { dryRun: 'true' } }, body: { accountId: id }, signal }),
      )) as DryRun,
    gcTime: 0,
    staleTime: Infinity,
    refetchOnWindowFocus: false,
    retry: false,
  });
  const begin = useBeginSync(useSync());
  const changes = dryRun.data === undefined ? null : sumOf(dryRun.data);
  return (
    <Dialog
      wide
      title={
        changes === null ? 'What a sync now would do' : `A sync now would make ${counted(changes, 'event')}`
      }
      onClose={onClose}
    >
      <p className="muted">
        <span dir="auto">{name}</span>. Nothing is stored.
      </p>
      <Loaded query={dryRun} skeleton={<SkeletonLines />}>
        {({ statistics, events, heldDeletions }) => (
          <>
            <Sum statistics={statistics} aside={null} />
            {heldDeletions !== undefined && (
              <p className="warn">{counted(heldDeletions, 'deletion')} would be held for approval.</p>
            )}
            <ul className="feed">
              {events.slice(0, 20).map((event) => (
                <li key={event.contactId}>
                  <Icon name={changeWords(event).icon} />
                  <div>
                    <Whom event={event} />{' '}
                    <span className="muted">
                      {event.changedFields.length > 0
                        ? event.changedFields.map(fieldWord).join(', ')
                        : changeWords(event).word}
                    </span>
                  </div>
                </li>
              ))}
            </ul>
            {changes !== null && changes > 20 && <p className="muted small">{count(changes - 20)} more</p>}
          </>
        )}
      </Loaded>
      <div className="actions">
        <button className="btn" type="button" onClick={onClose}>
          Close
        </button>
        <button
          className="btn primary"
          type="button"
          disabled={dryRun.data === undefined}
          onClick={() => {
            onClose();
            begin(id);
          }}
        >
          Sync now
        </button>
      </div>
    </Dialog>
  );
}

/** By name, where the contact is known and may be read. */
function Whom({ event: { change, contactId, resourceName } }: { readonly event: DryRun['events'][number] }) {
  const isKnown = change !== 'created';
  const mayRead = useMay()('read');
  const contact = useContact(isKnown && mayRead ? contactId : null).data;
  if (!isKnown) return <code>{resourceName}</code>;
  const name = contact === undefined || isMasked(contact) ? '' : contact.displayName;
  return (
    <Link href={`/contacts/${contactId}`} title={resourceName}>
      {name === '' ? <code>{resourceName}</code> : <span dir="auto">{name}</span>}
    </Link>
  );
}

function sumOf({ statistics: { created, updated, deleted } }: DryRun): number {
  return created + updated + deleted;
}
