import { useEffect, useMemo, useRef, useState } from 'react';

import { useMay, useSession } from '../../api/session.js';
import { MaskedNotice } from '../../parts/masked-notice.js';
import { AccountChip } from '../../parts/account-chip.js';
import { Icon } from '../../parts/icon.js';
import { SearchInput } from '../../parts/search-input.js';
import { useTyping } from '../../parts/typing.js';
import { useAddress } from '../../shell/address.js';
import { useKeys } from '../../shell/keys.js';
import { useTitle } from '../../shell/title.js';
import { typedId } from '../../words/contact-id.js';
import { ContactView } from './contact-view.js';
import { FoundContacts } from './found-contacts.js';

/** Is this who I look for; what is known; how was it then; what changed when, by which run. */
export function ContactsPage({ id }: { readonly id?: string | undefined }) {
  useTitle('Contacts');
  const { search, aside, href, go } = useAddress();
  const mayRead = useMay()('read');
  const { data: session } = useSession();
  const q = typeof aside.q === 'string' && mayRead ? aside.q : '';
  const accountId = search.get('account');
  const deletedToo = search.get('deleted') !== null;
  return (
    <>
      <h1 className="vh">Contacts</h1>
      {!mayRead && <MaskedNotice name={session?.name ?? null} />}
      <div className="row">
        {mayRead ? (
          <SearchField
            text={q}
            label="Search contacts"
            placeholder="Name, organisation, e-mail address or digits of a phone number"
            onSearch={(text) => {
              go(href({}), { replace: true, aside: { ...aside, q: text } });
            }}
          />
        ) : (
          <IdField
            onId={(found) => {
              go(href({ v: null }, `/contacts/${found}`));
            }}
          />
        )}
        <AccountChip
          accountId={session?.accountId ?? accountId}
          isFixed={session?.accountId != null}
          hrefOf={(account) => href({ account })}
        />
        <button
          className={deletedToo ? 'chip on' : 'chip'}
          type="button"
          aria-pressed={deletedToo}
          onClick={() => {
            go(href({ deleted: deletedToo ? null : '1' }), { replace: true });
          }}
        >
          {deletedToo && <Icon name="check" />}
          Deleted too
        </button>
      </div>
      <div className={id === undefined ? 'panel split-view contacts at-list' : 'panel split-view contacts'}>
        <FoundContacts wanted={{ q, accountId, deletedToo }} openId={id ?? null} />
        {id === undefined ? (
          <section className="nothing" aria-label="No contact is opened">
            <Icon name="person" />
            <h2>Choose a contact</h2>
            <p>You see what is known of it, how it was at any time, and what changed when.</p>
          </section>
        ) : (
          <ContactView key={id} id={id} />
        )}
      </div>
    </>
  );
}

interface SearchFieldProps {
  readonly text: string;
  readonly label: string;
  readonly placeholder: string;
  readonly onSearch: (text: string) => void;
}

function SearchField({ text, label, placeholder, onSearch }: SearchFieldProps) {
  const [typed, setTyped] = useState(text);
  const input = useRef<HTMLInputElement>(null);
  useKeys(useMemo(() => ({ '/': () => input.current?.select() }), []));
  // Searched for elsewhere: in the bar, or by going back.
  useEffect(() => {
    if (document.activeElement !== input.current) setTyped(text);
  }, [text]);
  useTyping(typed, text, onSearch);
  return (
    <SearchInput
      ref={input}
      className="field grow"
      label={label}
      autoComplete="off"
      spellCheck={false}
      placeholder={placeholder}
      text={typed}
      onText={setTyped}
      hint="/"
    />
  );
}

/** Without the scope `read`, what is found would tell what contacts say: an id is all that can be looked for. */
function IdField({ onId }: { readonly onId: (id: string) => void }) {
  const [typed, setTyped] = useState('');
  const id = typedId(typed);
  return (
    <form
      className="grow"
      aria-label="By id"
      onSubmit={(event) => {
        event.preventDefault();
        if (id !== null) onId(id);
      }}
    >
      <SearchInput
        label="Open a contact by its id"
        autoComplete="off"
        placeholder="Contact id (names cannot be searched with this token)"
        text={typed}
        aria-invalid={typed.trim() !== '' && id === null}
        onText={setTyped}
        hint="Enter"
      />
    </form>
  );
}
