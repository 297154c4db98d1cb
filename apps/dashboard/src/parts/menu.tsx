import { type ReactNode, useEffect, useRef } from 'react';

interface MenuProps {
  /** What it is called, for readers and on hover, where the button shows an icon alone. */
  readonly label?: string;
  readonly className: string;
  /** Of the button that opens it. */
  readonly button: ReactNode;
  readonly disabled?: boolean;
  readonly children: ReactNode;
}

/** A button that opens a list of actions; it closes by Escape, a click elsewhere, and once something is chosen. */
export function Menu({ label, className, button, disabled = false, children }: MenuProps) {
  const details = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    const close = () => {
      if (details.current !== null) details.current.open = false;
    };
    const onClick = (event: MouseEvent) => {
      const at = event.target as Element;
      if (details.current?.contains(at) !== true || at.closest('.menu a, .menu button') !== null) close();
    };
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || details.current?.open !== true) return;
      close();
      details.current.querySelector('summary')?.focus();
      event.stopPropagation();
    };
    document.addEventListener('click', onClick);
    document.addEventListener('keydown', onKey, true);
    return () => {
      document.removeEventListener('click', onClick);
      document.removeEventListener('keydown', onKey, true);
    };
  }, []);
  return (
    <details className="drop" ref={details}>
      <summary
        className={className}
        aria-label={label}
        title={label}
        aria-disabled={disabled}
        onClick={(event) => {
          if (disabled) event.preventDefault();
        }}
      >
        {button}
      </summary>
      <div className="menu">{children}</div>
    </details>
  );
}
