import { Link } from 'wouter';

import { useOverview } from '../../api/ask.js';
import { useMay } from '../../api/session.js';
import { type Trouble, useTrouble } from '../../api/trouble.js';
import { Icon } from '../../parts/icon.js';
import { NotLoaded, SkeletonLines } from '../../parts/loaded.js';
import { useAddress } from '../../shell/address.js';
import { useTitle } from '../../shell/title.js';
import { count, counted } from '../../words/numbers.js';
import { DeadLetterView } from './dead-letter-view.js';
import { QuarantinedView } from './quarantined-view.js';
import { TroubleList } from './trouble-list.js';
import { KINDS, type Kind, type TroubleItem, troubleItems } from './trouble-items.js';

/** What needs a person, worst first; for one: what came, what was understood of it, what a replay would do. */
export function TroublePage({ id }: { readonly id?: string | undefined }) {
  useTitle('Trouble');
  const mayOperate = useMay()('operate');
  const trouble = useTrouble();
  const { search } = useAddress();
  if (!mayOperate) {
    return (
      <div className="nothing">
        <h1>This page needs the scope operate</h1>
        <p>Whoever may operate sees here what needs a person.</p>
      </div>
    );
  }
  const items = troubleItems(trouble);
  const kind = KINDS.find((each) => each.kind === search.get('kind'))?.kind ?? null;
  const shown = kind === null ? items : items.filter((item) => item.kind === kind);
  // At once, so that no kind pushes another down when it comes.
  const isKnown = queriesOf(trouble).every(({ isPending }) => !isPending);
  const isDeadLetter = search.get('of') === 'dead-letters';
  return (
    <>
      <Head items={items} isKnown={isKnown} />
      {queriesOf(trouble).map(
        ({ error, refetch }, at) =>
          error !== null && <NotLoaded key={at} error={error} again={() => void refetch()} />,
      )}
      {!isKnown && <SkeletonLines />}
      {isKnown && (items.length > 0 || id !== undefined) && (
        <div className="panel">
          <Tabs items={items} kind={kind} />
          <div className={id === undefined ? 'split-view trouble at-list' : 'split-view trouble'}>
            <TroubleList items={shown} openId={id ?? null} />
            {id === undefined ? (
              <section className="nothing" aria-label="Nothing is opened">
                <Icon name="inbox" />
                <h2>Choose what to look at</h2>
                <p>Accounts and held deletions open on their own pages; single contacts open here.</p>
              </section>
            ) : isDeadLetter ? (
              <DeadLetterView
                key={id}
                id={id}
                listed={trouble.deadLetters.data?.items.find((one) => one.id === id)}
              />
            ) : (
              <QuarantinedView key={id} id={id} open={trouble.quarantined.data?.items ?? []} />
            )}
          </div>
        </div>
      )}
    </>
  );
}

function queriesOf({ accounts, held, quarantined, deadLetters }: Trouble) {
  return [accounts, held, quarantined, deadLetters];
}

function Head({ items, isKnown }: { readonly items: readonly TroubleItem[]; readonly isKnown: boolean }) {
  const overview = useOverview().data;
  const total = Math.max(overview?.trouble.total ?? 0, items.length);
  if (!isKnown && total === 0) return <h1 className="vh">Trouble</h1>;
  const late = overview?.totals.health.late ?? 0;
  const rest =
    late > 0
      ? `Everything else goes on by itself: ${counted(late, 'account')} ${late === 1 ? 'is late and catches' : 'are late and catch'} up.`
      : 'Everything else goes on by itself.';
  if (total === 0) {
    return (
      <div className="nothing">
        <Icon name="check" />
        <h1>Nothing needs you</h1>
        <p>
          {overview === undefined ? 'All address books' : counted(overview.totals.accounts, 'address book')}{' '}
          are fresh or catch up by themselves.
        </p>
      </div>
    );
  }
  return (
    <div className="head">
      <div>
        <h1>{total === 1 ? '1 thing needs a person' : `${count(total)} things need a person`}</h1>
        <p>{rest}</p>
      </div>
      <div className="actions">
        <span className="small muted wide-only">
          <kbd>J</kbd> <kbd>K</kbd> next, previous <kbd>R</kbd> replay
        </span>
      </div>
    </div>
  );
}

function Tabs({ items, kind }: { readonly items: readonly TroubleItem[]; readonly kind: Kind | null }) {
  const { href } = useAddress();
  return (
    <nav className="tabs" aria-label="Kinds of trouble">
      <Link href={href({ kind: null })} aria-current={kind === null ? 'page' : undefined}>
        All {count(items.length)}
      </Link>
      {KINDS.map(({ kind: each, name }) => (
        <Link key={each} href={href({ kind: each })} aria-current={kind === each ? 'page' : undefined}>
          {name} {count(items.filter((item) => item.kind === each).length)}
        </Link>
      ))}
    </nav>
  );
}
