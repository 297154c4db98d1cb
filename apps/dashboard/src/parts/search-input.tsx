import { type InputHTMLAttributes, type Ref } from 'react';

import { Icon } from './icon.js';

interface SearchInputProps extends Pick<
  InputHTMLAttributes<HTMLInputElement>,
  | 'placeholder'
  | 'autoComplete'
  | 'spellCheck'
  | 'role'
  | 'onKeyDown'
  | 'onBlur'
  | `aria-${'invalid' | 'autocomplete' | 'expanded' | 'controls' | 'activedescendant'}`
> {
  /** Heard, not seen. */
  readonly label: string;
  readonly text: string;
  readonly onText: (text: string) => void;
  /** The key that leads here, or goes on from here. */
  readonly hint?: string;
  readonly className?: string;
  readonly id?: string;
  readonly ref?: Ref<HTMLInputElement>;
}

/** A field that one searches in. */
export function SearchInput(props: SearchInputProps) {
  const { label, text, onText, hint, className = 'field', id, ref, ...others } = props;
  return (
    <label className={className} id={id}>
      <Icon name="search" />
      <span className="vh">{label}</span>
      <input
        {...others}
        ref={ref}
        // The only kind of field that may be a combobox.
        type={others.role === 'combobox' ? 'text' : 'search'}
        value={text}
        onChange={(event) => {
          onText(event.target.value);
        }}
      />
      {hint !== undefined && <kbd aria-hidden="true">{hint}</kbd>}
    </label>
  );
}
