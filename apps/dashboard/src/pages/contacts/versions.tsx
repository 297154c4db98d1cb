import { memo, useEffect, useRef } from 'react';
import { Link } from 'wouter';

import { type Change } from '../../api/contacts.js';
import { useMay } from '../../api/session.js';
import { useAtNow } from '../../live/clock.js';
import { Diff } from '../../parts/diff.js';
import { useAddress } from '../../shell/address.js';
import { fieldWord } from '../../words/fields.js';
import { absolute, date, hourAndMinute } from '../../words/times.js';
import { versionDot, versionReason, versionWords } from '../../words/versions.js';

interface VersionsProps {
  /** Oldest first. */
  readonly changes: readonly Change[];
  readonly chosen: Change | undefined;
  readonly hrefOf: (version: number) => string;
}

/** What changed when, by which run; the newest on top. */
export function Versions({ changes, chosen, hrefOf }: VersionsProps) {
  const mayOperate = useMay()('operate');
  const { aside } = useAddress();
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    list.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);
  return (
    <ol className="tl versions" ref={list}>
      {changes.toReversed().map((change, at) => (
        <Version
          key={change.version}
          change={change}
          place={[at === 0 ? 'first' : '', at === changes.length - 1 ? 'last' : ''].join(' ').trim()}
          isChosen={change === chosen}
          href={hrefOf(change.version)}
          q={typeof aside.q === 'string' ? aside.q : ''}
          mayOperate={mayOperate}
        />
      ))}
    </ol>
  );
}

interface VersionProps {
  readonly change: Change;
  readonly place: string;
  readonly isChosen: boolean;
  readonly href: string;
  /** What was searched for goes along. */
  readonly q: string;
  readonly mayOperate: boolean;
}

/** With hundreds of them, one that is neither chosen nor left is not drawn anew. */
const Version = memo(function Version({ change, place, isChosen, href, q, mayOperate }: VersionProps) {
  return (
    <li className={place === '' ? undefined : place} aria-current={isChosen ? 'true' : undefined}>
      <VersionTime at={change.recordedAt} />
      <span className={versionDot(change)} />
      <div>
        <p>
          <Link href={href} state={q === '' ? undefined : { q }} replace>
            <b>Version {change.version}</b>
          </Link>{' '}
          {versionWords(change)}{' '}
          {mayOperate && (
            <span className="by nowrap">
              · <Link href={`/runs/${change.runId}`}>run {change.runId.slice(0, 8)}</Link>
            </span>
          )}
        </p>
        <WhatChanged change={change} />
      </div>
    </li>
  );
});

function WhatChanged({ change }: { readonly change: Change }) {
  const reason = versionReason(change);
  const isChanged = change.type === 'ContactUpdated' && change.changedFields.length > 0;
  return (
    <>
      {reason !== null && <p className="by">{reason}</p>}
      {isChanged && change.masked === true && (
        <p className="by">{change.changedFields.map(fieldWord).join(', ')}</p>
      )}
      {isChanged && change.masked === undefined && (
        <Diff fields={change.changedFields} before={change.before ?? null} after={change.after ?? null} />
      )}
    </>
  );
}

/** `Today 14:31`, `3 Sep 17:02`; of another year the year in place of the hour. */
function VersionTime({ at }: { readonly at: string }) {
  const moment = new Date(at);
  const text = useAtNow((now) => {
    const today = new Date(now);
    if (moment.toDateString() === today.toDateString()) return `Today ${hourAndMinute(moment)}`;
    if (moment.getFullYear() !== today.getFullYear()) return date(moment);
    return `${shortDay.format(moment)} ${hourAndMinute(moment)}`;
  });
  return (
    <time dateTime={at} title={absolute(moment)}>
      {text}
    </time>
  );
}

const shortDay = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
