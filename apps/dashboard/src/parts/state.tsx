import { type StateWords } from '../words/states.js';
import { Icon } from './icon.js';

interface StateProps {
  readonly of: StateWords;
  /** With a ground of its own: beside a title. */
  readonly pill?: boolean;
  /** In place of the word. */
  readonly children?: string | undefined;
  /** A run goes on: beside the state, not in its place. */
  readonly running?: boolean;
}

/** Icon and word, never a colour alone. */
export function State({ of: { word, tone, icon }, pill = false, children, running = false }: StateProps) {
  return (
    <span className={`state ${tone}${pill ? ' pill' : ''}`}>
      <Icon name={icon} spin={icon === 'sync'} />
      {children ?? word}
      {running && (
        <span className="run" title="Running now">
          <Icon name="sync" spin />
          <span className="vh">, running now</span>
        </span>
      )}
    </span>
  );
}
