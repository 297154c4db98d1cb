import { type ReactNode, useState } from 'react';
import { Link } from 'wouter';

import { Icon } from '../../parts/icon.js';
import { Menu } from '../../parts/menu.js';
import { useAddress } from '../../shell/address.js';
import { typedId } from '../../words/contact-id.js';
import { fieldWord } from '../../words/fields.js';

const TYPES: readonly (readonly [type: string, word: string])[] = [
  ['ContactUpdated', 'created or updated'],
  ['ContactDeleted', 'deleted'],
];

/** Those that change most often. */
const FIELDS = [
  'displayName',
  'emailAddresses',
  'phoneNumbers',
  'organizations',
  'addresses',
  'birthday',
  'biography',
  'groups',
  'urls',
  'relations',
  'userDefined',
  'nicknames',
  'resourceName',
] as const;

interface ChipProps {
  readonly what: string;
  /** null: any. */
  readonly chosen: string | null;
  readonly children: ReactNode;
}

function Chip({ what, chosen, children }: ChipProps) {
  return (
    <Menu
      className={chosen === null ? 'chip' : 'chip on'}
      button={
        <>
          {what} is <b>{chosen ?? 'any'}</b>
          <Icon name="down" />
        </>
      }
    >
      {children}
    </Menu>
  );
}

/** What another filter leaves of the address: an older place in the log means nothing under it. */
const FROM_THE_END = { before: null };

export function TypeChip({ type }: { readonly type: string | null }) {
  const { href } = useAddress();
  return (
    <Chip what="Type" chosen={TYPES.find(([each]) => each === type)?.[1] ?? type}>
      {type !== null && <Link href={href({ type: null, ...FROM_THE_END })}>Any type</Link>}
      {TYPES.map(([each, word]) => (
        <Link key={each} href={href({ type: each, ...FROM_THE_END })}>
          {word}
          <small>{each}</small>
        </Link>
      ))}
    </Chip>
  );
}

export function FieldChip({ field }: { readonly field: string | null }) {
  const { href } = useAddress();
  return (
    <Chip what="Changed field" chosen={field === null ? null : fieldWord(field)}>
      {field !== null && <Link href={href({ field: null, ...FROM_THE_END })}>Any field</Link>}
      {FIELDS.map((each) => (
        <Link key={each} href={href({ field: each, ...FROM_THE_END })}>
          {fieldWord(each)}
        </Link>
      ))}
    </Chip>
  );
}

export function ContactChip({ contactId }: { readonly contactId: string | null }) {
  const { href, go } = useAddress();
  const [typed, setTyped] = useState('');
  if (contactId !== null) {
    return (
      <span className="chip on">
        Contact is <b className="mono">{contactId.slice(0, 8)}</b>
        <Link
          className="bare"
          href={href({ contact: null, ...FROM_THE_END })}
          aria-label="Remove the filter: contact"
        >
          <Icon name="x" />
        </Link>
      </span>
    );
  }
  return (
    <Menu className="chip" button={<>Contact is …</>}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const id = typedId(typed);
          if (id !== null) go(href({ contact: id, ...FROM_THE_END }));
        }}
      >
        <label className="field">
          <span className="vh">Contact id</span>
          <input
            placeholder="Contact id, then Enter"
            value={typed}
            aria-invalid={typed !== '' && typedId(typed) === null}
            onChange={(event) => {
              setTyped(event.target.value);
            }}
          />
        </label>
      </form>
    </Menu>
  );
}
