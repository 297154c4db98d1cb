import { type KeyboardEvent, useId, useMemo, useRef, useState } from 'react';
import { useLocation } from 'wouter';

import { useFound } from '../api/found.js';
import { useMay } from '../api/session.js';
import { Hits } from '../parts/hits.js';
import { SearchInput } from '../parts/search-input.js';
import { useTyping } from '../parts/typing.js';
import { secondLine } from '../words/contacts.js';
import { hitsIn, searchWords } from '../words/hits.js';
import { useKeys } from './keys.js';

/** What can be gone to. What is searched for goes along beside the address, and is never in it. */
interface Choice {
  readonly href: string;
  readonly kind: 'account' | 'contact' | 'search';
  readonly name: string;
  readonly more: string;
}

/** The search of the bar: accounts and contacts that are called so, while one types. */
export function Find() {
  const may = useMay();
  const among = { accounts: may('operate'), contacts: may('read') };
  const [text, setText] = useState('');
  const [asked, setAsked] = useState('');
  const [isOpen, setOpen] = useState(false);
  const [chosen, setChosen] = useState<string | null>(null);
  const [, navigate] = useLocation();
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  useKeys(useMemo(() => ({ '/': () => input.current?.focus() }), []));
  useTyping(text.trim(), asked, setAsked);
  const words = searchWords(asked);
  const choices = useChoices(text.trim(), asked, among);
  const at = choices.findIndex(({ href }) => href === chosen);
  const isShown = isOpen && choices.length > 0;

  const go = ({ href, kind }: Choice) => {
    navigate(href, kind === 'account' ? {} : { state: { q: text.trim() } });
    setText('');
    setOpen(false);
  };
  const step = (by: 1 | -1) => {
    setOpen(true);
    // Beyond either end stands the field itself.
    const next = (at + 1 + by + choices.length + 1) % (choices.length + 1);
    setChosen(choices[next - 1]?.href ?? null);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'ArrowDown') step(1);
    else if (event.key === 'ArrowUp') step(-1);
    else if (event.key === 'Escape' && isShown) setOpen(false);
    else return;
    event.preventDefault();
  };
  if (!among.accounts && !among.contacts) return null;
  const what = among.accounts ? (among.contacts ? 'an account or a contact' : 'an account') : 'a contact';
  return (
    <form
      className="top-find"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        const choice = (isShown ? choices[at] : undefined) ?? choices.find(({ kind }) => kind === 'search');
        if (choice !== undefined) go(choice);
      }}
    >
      <SearchInput
        ref={input}
        label={`Find ${what}`}
        placeholder={`Find ${what}`}
        text={text}
        onText={(typed) => {
          setText(typed);
          setChosen(null);
          setOpen(true);
        }}
        hint="/"
        role="combobox"
        aria-autocomplete="list"
        aria-expanded={isShown}
        aria-controls={id}
        aria-activedescendant={isShown && at >= 0 ? `${id}${at}` : undefined}
        autoComplete="off"
        spellCheck={false}
        onKeyDown={onKeyDown}
        onBlur={() => {
          setOpen(false);
        }}
      />
      {isShown && (
        <ul className="found" role="listbox" id={id} aria-label="Found">
          {choices.map((choice, index) => (
            <li
              key={choice.href}
              id={`${id}${index}`}
              role="option"
              aria-selected={index === at}
              onMouseDown={(event) => {
                // The field keeps the focus.
                event.preventDefault();
              }}
              onClick={() => {
                go(choice);
              }}
            >
              <Line choice={choice} words={words} />
            </li>
          ))}
        </ul>
      )}
    </form>
  );
}

/** @param text what is typed @param asked the part of it that was asked about */
function useChoices(
  text: string,
  asked: string,
  among: { readonly accounts: boolean; readonly contacts: boolean },
): readonly Choice[] {
  const { data } = useFound(asked, among);
  if (text === '') return [];
  const words = searchWords(asked);
  const { accounts, contacts } = (asked === '' ? undefined : data) ?? { accounts: [], contacts: [] };
  return [
    ...accounts.map(({ id, name, email }): Choice => {
      const more = email === null || email === name ? '' : email;
      return { href: `/accounts/${id}`, kind: 'account', name, more };
    }),
    ...contacts.map((contact): Choice => {
      const name = contact.displayName === '' ? 'No name' : contact.displayName;
      const more = secondLine(contact, (line) => hitsIn(line, words).some(({ hit }) => hit));
      return { href: `/contacts/${contact.id}`, kind: 'contact', name, more };
    }),
    ...(among.contacts ? [{ href: '/contacts', kind: 'search', name: text, more: '' } as const] : []),
  ];
}

function Line({
  choice: { kind, name, more },
  words,
}: {
  readonly choice: Choice;
  readonly words: readonly string[];
}) {
  if (kind === 'search') {
    return (
      <span className="cut">
        Search all contacts for <b dir="auto">{name}</b>
      </span>
    );
  }
  return (
    <>
      <b className="cut" dir="auto">
        <Hits text={name} words={words} />
      </b>
      <span className="muted">{kind}</span>
      {more !== '' && (
        <span className="cut muted" dir="auto">
          <Hits text={more} words={words} />
        </span>
      )}
    </>
  );
}
