import { Link } from 'wouter';

import { useMay } from '../../api/session.js';
import { type Quarantined, useQuarantined, useReplayAll, type WholeQuarantined } from '../../api/trouble.js';
import { AccountName } from '../../parts/account-name.js';
import { Chosen } from '../../parts/chosen.js';
import { CopyButton } from '../../parts/copy.js';
import { Icon } from '../../parts/icon.js';
import { JsonView } from '../../parts/json-view.js';
import { Loaded, NotLoaded } from '../../parts/loaded.js';
import { Time } from '../../parts/time.js';
import { useAddress } from '../../shell/address.js';
import { counted } from '../../words/numbers.js';
import { useDecisions } from './decide-buttons.js';
import { IfReplayed } from './if-replayed.js';
import { Understood } from './understood.js';

interface QuarantinedViewProps {
  readonly id: string;
  /** All that are open. */
  readonly open: readonly Quarantined[];
}

/** A person of Google's that was not understood. */
export function QuarantinedView({ id, open }: QuarantinedViewProps) {
  const mayRead = useMay()('read');
  const whole = useQuarantined(id, mayRead);
  const listed = open.find((entry) => entry.id === id);
  const entry = whole.data ?? listed;
  const { href } = useAddress();
  const closed = href({ of: null }, '/trouble');
  return (
    <Chosen label="Not understood" list="All" closed={closed}>
      {entry === undefined ? (
        mayRead ? (
          <Loaded query={whole}>{() => null}</Loaded>
        ) : (
          <NotLoaded error={new Error('It is closed, or there is none of this id.')} />
        )
      ) : (
        <>
          <Head entry={entry} understood={whole.data?.understood ?? null} open={open} />
          {mayRead ? (
            <Loaded query={whole}>{(one) => <Payload entry={one} />}</Loaded>
          ) : (
            <div className="pad">
              <div className="notice">
                <Icon name="hidden" />
                <p>
                  What Google sent is a contact: to see it, use a token with the scope <code>read</code>. It
                  can be replayed and discarded all the same.
                </p>
              </div>
            </div>
          )}
        </>
      )}
    </Chosen>
  );
}

interface HeadProps {
  readonly entry: Quarantined | WholeQuarantined;
  readonly understood: Readonly<Record<string, unknown>> | null;
  readonly open: readonly Quarantined[];
}

function Head({ entry, understood, open }: HeadProps) {
  const name =
    typeof understood?.displayName === 'string' && understood.displayName !== ''
      ? understood.displayName
      : null;
  const called = name ?? entry.resourceName ?? 'A person without a resource name';
  const { buttons, outcome } = useDecisions({
    kind: 'quarantine',
    id: entry.id,
    isOpen: entry.state === 'open',
    what: called,
    consequence:
      'The contact stays as it is, until Google sends the person again. What Google sent this time can then be replayed by nobody.',
  });
  const [first, ...others] = 'notUnderstood' in entry ? entry.notUnderstood : [];
  return (
    <>
      <div className="pad head">
        <div>
          <p className="crumb">
            <Link href={`/accounts/${entry.accountId}`}>
              <AccountName id={entry.accountId} />
            </Link>{' '}
            / <Link href={`/runs/${entry.runId}`}>run {entry.runId.slice(0, 8)}</Link> / quarantined{' '}
            <Time at={entry.occurredAt} />
          </p>
          <h1>
            <span>
              <span dir="auto">{called}</span> was not understood
            </span>
          </h1>
        </div>
        <div className="actions">{buttons}</div>
      </div>
      <div className="pad stack">
        {outcome}
        <p>
          <b>
            {first === undefined ? (
              <>{entry.error}.</>
            ) : (
              <>
                {first.path === '' ? 'What Google sent' : <code>{first.path}</code>} {first.problem}
                {others.length > 0 &&
                  `, and ${counted(others.length, 'more place')} ${others.length === 1 ? 'is' : 'are'} wrong`}
                .
              </>
            )}
          </b>{' '}
          Only this person was set aside: the run went on, and the contact stays as it was before. It counts
          as seen, so it is not deleted.
        </p>
        {entry.state !== 'open' && <p className="muted">This entry is closed: {entry.state}.</p>}
        <SameFault entry={entry} open={open} />
      </div>
    </>
  );
}

/** `phoneNumbers[3].value` and `phoneNumbers[0].value` are the same fault. */
function faultOf({ error }: Quarantined): string {
  return error.replaceAll(/\[\d+\]/g, '[]');
}

function SameFault({ entry, open }: { readonly entry: Quarantined; readonly open: readonly Quarantined[] }) {
  const replay = useReplayAll();
  const same = open.filter((one) => one.accountId === entry.accountId && faultOf(one) === faultOf(entry));
  const outcome = replay.data;
  if (outcome !== undefined) {
    return (
      <div className={outcome.failed > 0 ? 'notice warn' : 'notice run'} role="status">
        <Icon name={outcome.failed > 0 ? 'warn' : 'check'} />
        <p>
          {counted(outcome.done, 'person was', 'persons were')} understood
          {outcome.failed > 0 &&
            `, ${counted(outcome.failed, 'is', 'are')} still not: nothing has changed there`}
          .
        </p>
      </div>
    );
  }
  if (same.length < 2) return null;
  return (
    <div className="notice">
      <Icon name="info" />
      <div>
        <p>
          {counted(same.length, 'person', 'persons')} of this account have the same fault. A replay reads the
          stored payload with today’s rules; if it is still not understood, nothing changes.
        </p>
        {replay.isError && <p className="bad">{replay.error.message}</p>}
      </div>
      <div className="actions">
        <button
          className="btn sm"
          type="button"
          disabled={replay.isPending}
          aria-busy={replay.isPending}
          onClick={() => {
            replay.mutate(same.map(({ id }) => id));
          }}
        >
          Replay all {same.length}
        </button>
      </div>
    </div>
  );
}

function Payload({ entry }: { readonly entry: WholeQuarantined }) {
  const { payload, notUnderstood } = entry;
  return (
    <div className="reading even">
      <div>
        <div className="row pad line">
          <h2>What Google sent</h2>
          <span className="grow" />
          {payload !== null && (
            <CopyButton
              className="btn quiet icon sm"
              text={JSON.stringify(payload, null, 2)}
              what="Copy the payload"
            />
          )}
        </div>
        {payload === null ? (
          <p className="pad muted">It was removed at the end of its time.</p>
        ) : (
          <JsonView
            value={payload}
            label="The raw payload"
            marks={notUnderstood.map(({ path }) => path)}
            tone="wrong"
          />
        )}
      </div>
      <div className="ev-json">
        <Understood entry={entry} />
        <IfReplayed entry={entry} />
      </div>
    </div>
  );
}
