import { Fragment } from 'react';

import { hitsIn } from '../words/hits.js';

/** A text with what was searched for marked in it. */
export function Hits({ text, words }: { readonly text: string; readonly words: readonly string[] }) {
  if (words.length === 0) return text;
  return hitsIn(text, words).map(({ text: piece, hit }, at) =>
    hit ? <mark key={at}>{piece}</mark> : <Fragment key={at}>{piece}</Fragment>,
  );
}
