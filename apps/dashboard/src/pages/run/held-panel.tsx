import { useState } from 'react';
import { Link } from 'wouter';

import { type HeldDeletion, type RunDetail } from '../../api/answers.js';
import { useHeldDeletions, useHeldSummary } from '../../api/ask.js';
import { Hidden } from '../../parts/hidden.js';
import { SearchInput } from '../../parts/search-input.js';
import { Loaded, SkeletonRows } from '../../parts/loaded.js';
import { Panel } from '../../parts/panel.js';
import { useAddress } from '../../shell/address.js';
import { labelName } from '../../words/labels.js';
import { count, counted } from '../../words/numbers.js';
import { date } from '../../words/times.js';

/**
 * Who is missing, and what they have in common. What is typed is kept out of the address, because it is of contacts, and so
 * is the cursor, which holds a name.
 */
export function HeldPanel({ run: { id, heldDeletions = 0 } }: { readonly run: RunDetail }) {
  const { aside, href, go } = useAddress();
  const [typed, setTyped] = useState('');
  const cursor = typeof aside.cursor === 'string' ? aside.cursor : undefined;
  const summary = useHeldSummary(id);
  const held = useHeldDeletions(id, {
    ...(typed !== '' && { q: typed }),
    ...(cursor !== undefined && { cursor }),
  });
  const goTo = (to: string | null) => {
    go(href({}), { aside: { ...aside, cursor: to } });
  };
  return (
    <Panel
      title="Held deletions"
      about={counted(heldDeletions, 'contact')}
      actions={
        summary.data != null &&
        !('masked' in summary.data) && (
          <SearchInput
            label="Filter held deletions"
            placeholder="Filter"
            text={typed}
            onText={(text) => {
              setTyped(text);
              if (cursor !== undefined) goTo(null);
            }}
          />
        )
      }
    >
      <Loaded query={held} together={[summary]} skeleton={<SkeletonRows />}>
        {({ items, nextCursor }) => (
          <>
            {summary.data != null && <InCommon summary={summary.data} />}
            <table className="table tight">
              <thead>
                <tr>
                  <th>Contact</th>
                  <th>Organisation</th>
                  <th className="wide-only">Label</th>
                  <th className="num">Last changed</th>
                </tr>
              </thead>
              <tbody>
                {items.map((item) => (
                  <HeldRow key={item.contactId} item={item} />
                ))}
              </tbody>
            </table>
            <footer>
              <span>
                {count(items.length)} of {count(heldDeletions)}
              </span>
              <span className="grow" />
              {cursor !== undefined && (
                <button
                  className="as-link"
                  type="button"
                  onClick={() => {
                    goTo(null);
                  }}
                >
                  First page
                </button>
              )}
              {nextCursor !== null && (
                <button
                  className="as-link"
                  type="button"
                  onClick={() => {
                    goTo(nextCursor);
                  }}
                >
                  Next 50
                </button>
              )}
            </footer>
          </>
        )}
      </Loaded>
    </Panel>
  );
}

function HeldRow({ item }: { readonly item: HeldDeletion }) {
  const { contactId, resourceName, updatedAt } = item;
  const known = 'masked' in item ? null : item;
  const name = known?.displayName ?? '';
  return (
    <tr>
      <td className="who">
        <Link className="name" href={`/contacts/${contactId}`} title={resourceName} dir="auto">
          {name === '' ? resourceName : name}
        </Link>
      </td>
      <td className="cut" title={known?.organization ?? undefined}>
        {known === null ? <Hidden /> : (known.organization ?? <span className="muted">none</span>)}
      </td>
      <td className="wide-only">
        {known === null ? (
          <Hidden />
        ) : (
          <code className="muted">{known.groups.map(labelName).find(isTelling) ?? ''}</code>
        )}
      </td>
      <td className="num">{updatedAt === null ? '' : date(new Date(updatedAt))}</td>
    </tr>
  );
}

/** Nearly everybody is among these, so they tell nobody apart. */
function isTelling(label: string): boolean {
  return label !== 'My contacts';
}

function InCommon({
  summary: { unchangedForTwoYears, changedInLast30Days, ...named },
}: {
  readonly summary: NonNullable<ReturnType<typeof useHeldSummary>['data']>;
}) {
  const groups = 'groups' in named ? named.groups : [];
  const labels = groups.filter(({ group }) => isTelling(labelName(group))).slice(0, 3);
  return (
    <div className="pad">
      <p className="small muted">What they have in common</p>
      <div className="row">
        {labels.map(({ group, count: some }) => (
          <span key={group} className="tag">
            <b>{count(some)}</b> with label {labelName(group)}
          </span>
        ))}
        {unchangedForTwoYears > 0 && (
          <span className="tag">
            <b>{count(unchangedForTwoYears)}</b> unchanged for 2 years
          </span>
        )}
        {changedInLast30Days > 0 && (
          <span className="tag">
            <b>{count(changedInLast30Days)}</b> changed in the last 30 days
          </span>
        )}
      </div>
    </div>
  );
}
