import { Dialog } from '../parts/dialog.js';

const KEYS: readonly (readonly [keys: readonly string[], does: string])[] = [
  [['/'], 'search'],
  [['G', 'O'], 'overview'],
  [['G', 'C'], 'contacts'],
  [['G', 'E'], 'events'],
  [['G', 'T'], 'trouble'],
  [['J', 'K'], 'next, previous in a list'],
  [['Enter'], 'open'],
  [['[', ']'], 'older, newer version'],
  [['S'], 'sync the account now'],
  [['R'], 'replay'],
  [['Space'], 'pause or go on, in Events'],
  [['T'], 'clock times'],
  [['Esc'], 'close; back to the list'],
  [['?'], 'this list'],
];

export function KeyboardHelp({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog title="Keyboard" onClose={onClose}>
      <KeyList />
      <div className="actions">
        <button className="btn" type="button" onClick={onClose}>
          Close
        </button>
      </div>
    </Dialog>
  );
}

export function KeyList() {
  return (
    <dl className="kv">
      {KEYS.map(([keys, does]) => (
        <div key={does}>
          <dt>
            {keys.map((key) => (
              <kbd key={key}>{key}</kbd>
            ))}
          </dt>
          <dd>{does}</dd>
        </div>
      ))}
    </dl>
  );
}
