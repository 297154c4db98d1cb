import { useMemo, useRef, useState } from 'react';
import { useLocation } from 'wouter';

import { Icon } from '../parts/icon.js';
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
      <label className="field">
        <Icon name="search" />
        <span className="vh">Find an account or a contact</span>
        <input
          ref={input}
          type="search"
          placeholder="Find an account or a contact"
          value={text}
          onChange={(event) => {
            setText(event.target.value);
          }}
        />
        <kbd aria-hidden="true">/</kbd>
      </label>
    </form>
  );
}
