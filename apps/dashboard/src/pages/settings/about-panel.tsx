import { type ReactNode } from 'react';

import { type About } from '../../api/answers.js';
import { useAbout } from '../../api/ask.js';
import { BASE } from '../../base.js';
import { Loaded, SkeletonLines } from '../../parts/loaded.js';
import { Panel } from '../../parts/panel.js';

/** What this installation is. */
export function AboutPanel() {
  const about = useAbout();
  return (
    <Panel title="About">
      <Loaded query={about} skeleton={<SkeletonLines lines={6} />}>
        {(known) => <Facts about={known} />}
      </Loaded>
    </Panel>
  );
}

function Facts({ about }: { readonly about: About }) {
  const { version, publicUrl, kafka, google, schedule, authentication, oidc } = about;
  const facts: readonly (readonly [name: string, value: ReactNode])[] = [
    ['Version', version],
    ['Reached at', publicUrl],
    ['Google', google === 'real' ? 'the real one' : 'simulated'],
    ['Kafka', kafka ? 'connected' : 'not configured'],
    [
      'Syncs',
      schedule.cron ?? (schedule.interval === null ? 'when somebody asks' : `every ${schedule.interval}`),
    ],
    ['Whole lists', `every ${schedule.fullInterval}`],
    [
      'Who may come in',
      authentication === 'open'
        ? 'everybody who reaches it'
        : oidc
          ? 'tokens, and people of your organisation'
          : 'tokens',
    ],
  ];
  return (
    <dl className="kv pad">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
      <div>
        <dt>Documents</dt>
        <dd>
          <a href={`${BASE}/api/docs`}>REST</a>, <a href={`${BASE}/api/asyncapi`}>events</a>
        </dd>
      </div>
    </dl>
  );
}
