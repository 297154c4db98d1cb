import { type ReactNode } from 'react';
import { Link } from 'wouter';

import { useAddress } from '../shell/address.js';
import { useKeys } from '../shell/keys.js';
import { Icon } from './icon.js';

interface ChosenProps {
  readonly label: string;
  /** The list, by name and address, with nothing chosen. */
  readonly list: string;
  readonly closed: string;
  readonly children: ReactNode;
}

/** What was chosen from a list, beside it; on a phone in its place. Escape closes it. */
export function Chosen({ label, list, closed, children }: ChosenProps) {
  const { go } = useAddress();
  useKeys({
    Escape: () => {
      go(closed);
    },
  });
  return (
    <section className="beside" aria-label={label} tabIndex={-1}>
      <Link className="back narrow-only" href={closed}>
        <Icon name="left" /> {list}
      </Link>
      {children}
    </section>
  );
}
