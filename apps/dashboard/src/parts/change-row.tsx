import { Link } from 'wouter';

import { type CloudEvent } from '../api/answers.js';
import { useBefore } from '../api/before.js';
import { changeWords, type EventData } from '../words/changes.js';
import { fieldWord } from '../words/fields.js';
import { counted } from '../words/numbers.js';
import { AccountName } from './account-name.js';
import { Diff, InlineDiff } from './diff.js';
import { Hidden } from './hidden.js';
import { Icon } from './icon.js';
import { Time } from './time.js';

interface ChangeRowProps {
  readonly event: CloudEvent;
  /** Whether it says of which account it is. */
  readonly withAccount?: boolean;
  /** Every field that changed, in place of the first one in a line. */
  readonly whole?: boolean;
}

/** One event of the log, for people. */
export function ChangeRow({ event, withAccount = false, whole = false }: ChangeRowProps) {
  const data: EventData = event.data;
  const { contact, masked, changedFields = [], version = Number(event.contactversion) } = data;
  const { icon, word } = changeWords(data);
  const isUpdate = event.type === 'ContactUpdated' && changedFields.length > 0;
  const before = useBefore(event, masked === undefined && (isUpdate || event.type === 'ContactDeleted'));
  const name = (contact ?? before)?.displayName;
  const fields = changedFields.filter((field) => field !== 'displayName' || changedFields.length === 1);
  const [field] = fields;
  return (
    <li>
      <Icon name={icon} />
      <div>
        <Link
          href={`/contacts/${event.subject}`}
          dir="auto"
          title={typeof name === 'string' ? name : undefined}
        >
          {typeof name === 'string' && name !== '' ? name : <code>{event.subject.slice(0, 8)}</code>}
        </Link>{' '}
        {masked === true && <Hidden />}{' '}
        <span className="muted">
          {data.change === 'updated'
            ? whole
              ? counted(changedFields.length, 'field')
              : changedFields.slice(0, 2).map(fieldWord).join(', ')
            : word}
        </span>
        {isUpdate && contact !== undefined && before !== undefined && field !== undefined && (
          <>
            {whole ? (
              <Diff fields={changedFields} before={before} after={contact} most={300} />
            ) : (
              <InlineDiff field={field} before={before[field]} after={contact[field]} />
            )}
          </>
        )}
        {withAccount && data.accountId !== undefined && (
          <p className="small">
            <span className="vh">in </span>
            <AccountName id={data.accountId} />
          </p>
        )}
      </div>
      {whole ? <span className="end nowrap">v{version}</span> : <Time at={event.time} />}
    </li>
  );
}
