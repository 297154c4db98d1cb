import { useState } from 'react';

import { count } from '../words/numbers.js';

/** More is seldom read, and megabytes would stand still while they are laid out. */
const SHOWN = 1_200;
const STEP = 100_000;

/** A text of any length: its begin, and more of it when it is asked for. */
export function LongText({ text }: { readonly text: string }) {
  const [shown, setShown] = useState(SHOWN);
  if (text.length <= SHOWN) return <span className="written">{text}</span>;
  const isWhole = shown >= text.length;
  return (
    <>
      <span className="written">{text.slice(0, shown)}</span>
      {!isWhole && (
        <>
          …{' '}
          <button
            className="as-link"
            type="button"
            onClick={() => {
              setShown(shown === SHOWN ? STEP : shown + STEP);
            }}
          >
            Show more of {count(text.length)} letters
          </button>
        </>
      )}
    </>
  );
}
