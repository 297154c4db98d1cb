import { type Overview } from '../../api/answers.js';
import { Bars } from '../../parts/plots.js';
import { Panel } from '../../parts/panel.js';
import { count, counted } from '../../words/numbers.js';
import { hourAndMinute } from '../../words/times.js';

type Day = Overview['day'];

/** What was since this time yesterday, half hour by half hour. */
export function DayPanel({ day: { buckets, errors, bucketSeconds } }: { readonly day: Day }) {
  const of = (member: 'created' | 'updated' | 'deleted' | 'syncs' | 'errors') =>
    buckets.map((each) => each[member]);
  const [created, updated, deleted, syncs, failed] = [
    of('created'),
    of('updated'),
    of('deleted'),
    of('syncs'),
    of('errors'),
  ];
  const changes = sum(created) + sum(updated) + sum(deleted);
  const [worst] = errors;
  return (
    <Panel title="Last 24 hours" about={`${bucketSeconds / 60} minutes a bar`}>
      <div className="plot">
        <div className="plot-row">
          <p>
            <b>{counted(changes, 'change')}</b>
          </p>
          <p>
            <span className="key">{count(sum(updated))} updated</span>
            <span className="key k2">{count(sum(created))} created</span>
            <span className="key k3">{count(sum(deleted))} deleted</span>
          </p>
          <Bars
            stacks={[updated, created, deleted]}
            classes={['p1', 'p2', 'p3']}
            height={64}
            label={`Changes by half hour: ${count(changes)} in all`}
          />
        </div>
        <div className="plot-row">
          <p>
            <b>{counted(sum(syncs), 'sync', 'syncs')}</b>
          </p>
          <Bars
            stacks={[syncs]}
            classes={['p2']}
            height={32}
            label={`Syncs by half hour: ${count(sum(syncs))} in all`}
          />
        </div>
        <div className="plot-row">
          <p>
            <b>{counted(sum(failed), 'error')}</b>
            {worst !== undefined && (
              <span>
                {worst.count === sum(failed) ? 'all' : `${count(worst.count)} of them`} {worst.code},{' '}
                {between(worst)}
              </span>
            )}
          </p>
          <Bars
            stacks={[failed]}
            classes={['pb']}
            height={28}
            label={`Errors by half hour: ${count(sum(failed))} in all`}
          />
        </div>
        <div className="axis" aria-hidden="true">
          {[0, 8, 16, 24, 32, 40].map((at) => (
            <span key={at}>{hourAndMinute(new Date(buckets[at]?.at ?? 0))}</span>
          ))}
          <span>now</span>
        </div>
      </div>
    </Panel>
  );
}

function between({ firstAt, lastAt }: Day['errors'][number]): string {
  const [from, until] = [hourAndMinute(new Date(firstAt)), hourAndMinute(new Date(lastAt))];
  return from === until ? from : `${from} to ${until}`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
