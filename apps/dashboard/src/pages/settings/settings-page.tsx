import { useMay } from '../../api/session.js';
import { Panel } from '../../parts/panel.js';
import { KeyList } from '../../shell/keyboard-help.js';
import { useTitle } from '../../shell/title.js';
import { AboutPanel } from './about-panel.js';
import { SessionPanel } from './session-panel.js';
import { TokensPanel } from './tokens-panel.js';

/** Who may come in, who one is here, what this installation is. */
export function SettingsPage() {
  useTitle('Settings');
  const mayAdminister = useMay()('admin');
  return (
    <>
      <div className="head">
        <div>
          <h1>Settings</h1>
          <p>
            What an installation is started with stands in its variables; here is what can be changed while it
            runs.
          </p>
        </div>
      </div>
      <div className="cols half">
        <div className="stack">
          {mayAdminister && <TokensPanel />}
          <SessionPanel />
        </div>
        <div className="stack">
          <AboutPanel />
          <Panel title="Keyboard" about="the same list opens with ?">
            <div className="pad keys">
              <KeyList />
            </div>
          </Panel>
        </div>
      </div>
    </>
  );
}
