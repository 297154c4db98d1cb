import { useMemo, useRef, useState } from 'react';
import { useLocation } from 'wouter';

import { SearchInput } from '../parts/search-input.js';
import { useKeys } from './keys.js';

/** The search of the bar: accounts by name at once, contacts on their page. What is typed never stands in an address. */
export function Find() {
  const [text, setText] = useState('');
  const [, navigate] = useLocation();
  const input = useRef<HTMLInputElement>(null);
  useKeys(useMemo(() => ({ '/': () => input.current?.focus() }), []));
  return (
    <form
      className="top-find"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        navigate('/contacts', { state: { q: text } });
      }}
    >
      <SearchInput
        ref={input}
        label="Find an account or a contact"
        placeholder="Find an account or a contact"
        text={text}
        onText={setText}
        hint="/"
      />
    </form>
  );
}
