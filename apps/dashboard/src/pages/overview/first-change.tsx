import { Link } from 'wouter';

import { type CloudEvent } from '../../api/answers.js';
import { useBefore } from '../../api/before.js';
import { useStore } from '../../live/store.js';
import { Diff } from '../../parts/diff.js';
import { Icon } from '../../parts/icon.js';
import { Panel } from '../../parts/panel.js';
import { changeWords, type EventData } from '../../words/changes.js';
import { count } from '../../words/numbers.js';
import { firstRun } from './first-run-store.js';

/** The first change that arrived while somebody watched; null: none, or they put it away. */
export function useFirstChange(): CloudEvent | null {
  const progress = useStore(firstRun);
  return progress.step === 'arrived' ? progress.event : null;
}

export function FirstChange({ event }: { readonly event: CloudEvent }) {
  const data: EventData = event.data;
  const before = useBefore(event, true);
  const contact = data.contact ?? before;
  const name = typeof contact?.displayName === 'string' ? contact.displayName : event.subject;
  const version = Number(event.contactversion);
  return (
    <Panel
      title={
        <>
          <Icon name="check" /> Your change arrived
        </>
      }
      about={`read, stored as event ${count(event.position)}, searchable`}
      actions={
        <button
          className="btn quiet sm"
          type="button"
          onClick={() => {
            firstRun.set({ step: 'over' });
          }}
        >
          Hide this
        </button>
      }
    >
      <div className="reading pad wide-gap">
        <div>
          <p>
            <Link href={`/contacts/${event.subject}`}>
              <b dir="auto">{name}</b>
            </Link>{' '}
            <span className="muted">
              {changeWords(data).word}, version {version}
            </span>
          </p>
          {before !== undefined && data.contact !== undefined && (
            <Diff fields={data.changedFields ?? []} before={before} after={data.contact} />
          )}
        </div>
        <div className="stack">
          <p className="muted">What you can do with it</p>
          <ul className="todo">
            {version > 1 && (
              <li>
                <Icon name="late" />
                <span className="inline">
                  <Link href={`/contacts/${event.subject}?version=${version - 1}`}>
                    See <span dir="auto">{name}</span> as before
                  </Link>{' '}
                  the change
                </span>
              </li>
            )}
            <li>
              <Icon name="events" />
              <span className="inline">
                <Link href={`/events/${event.position}`}>Read the event</Link> as your program would get it
              </span>
            </li>
          </ul>
        </div>
      </div>
    </Panel>
  );
}
