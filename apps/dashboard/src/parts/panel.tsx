import { type ReactNode, useId } from 'react';

interface PanelProps {
  readonly title: ReactNode;
  /** Beside the title, small. */
  readonly about?: ReactNode;
  /** Fields and chips beside the title. */
  readonly tools?: ReactNode;
  /** At the right end of the head. */
  readonly actions?: ReactNode;
  readonly footer?: ReactNode;
  readonly className?: string;
  readonly children: ReactNode;
}

export function Panel({ title, about, tools, actions, footer, className = '', children }: PanelProps) {
  const id = useId();
  return (
    <section className={`panel ${className}`} aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
        {about !== undefined && <p>{about}</p>}
        {tools}
        {actions !== undefined && (
          <>
            <span className="grow" />
            {actions}
          </>
        )}
      </header>
      {children}
      {footer !== undefined && <footer>{footer}</footer>}
    </section>
  );
}
