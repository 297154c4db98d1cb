import { useState } from 'react';

import { Icon, type IconName } from './icon.js';

const SHOWN_MS = 2_000;

/** A text to be taken elsewhere, and a button that does it. @param what names it: `Copy the command` */
export function Copyable({ text, what }: { readonly text: string; readonly what: string }) {
  return (
    <div className="copy">
      <pre className="code box" tabIndex={0}>
        {text}
      </pre>
      <CopyButton text={text} what={what} className="btn quiet icon sm" />
    </div>
  );
}

interface CopyButtonProps {
  readonly text: string;
  readonly what: string;
  readonly className: string;
  /** Left out: the one that stands for copying. */
  readonly icon?: IconName;
  /** Beside the icon; left out: the icon alone. */
  readonly children?: string;
}

export function CopyButton({ text, what, className, icon = 'copy', children }: CopyButtonProps) {
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    // Where the page came by plain http, browsers give no clipboard; the text can still be selected.
    if (!('clipboard' in navigator)) return;
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => {
      setCopied(false);
    }, SHOWN_MS);
  };
  return (
    <button
      className={className}
      type="button"
      aria-label={children === undefined ? what : undefined}
      title={what}
      onClick={() => void copy()}
    >
      <Icon name={isCopied ? 'check' : icon} />
      {children !== undefined && (isCopied ? 'Copied' : children)}
      <span className="vh" role="status">
        {isCopied ? 'Copied' : ''}
      </span>
    </button>
  );
}
