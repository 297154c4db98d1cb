import { useEffect } from 'react';

type Bindings = Readonly<Record<string, () => void>>;

/** The newest of the bindings that know a key have it: a page before the shell. */
const stack: Bindings[] = [];
let began: { readonly key: string; readonly at: number } | null = null;

/** How long G waits for its second letter. */
const SEQUENCE_MS = 1_500;

/** @param bindings by key: `s`, `?`, `Escape`, or two after each other: `g o`. None counts while somebody types. */
export function useKeys(bindings: Bindings): void {
  useEffect(() => {
    stack.unshift(bindings);
    return () => {
      stack.splice(stack.indexOf(bindings), 1);
    };
  }, [bindings]);
}

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  // Space and Enter belong to the control that has the focus.
  if ((event.key === ' ' || event.key === 'Enter') && isControl(event.target)) return;
  // A dialog has its own keys.
  if (document.querySelector('dialog[open]') !== null) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const first = began !== null && performance.now() - began.at < SEQUENCE_MS ? `${began.key} ` : '';
  began = null;
  const bound = find(`${first}${key}`) ?? find(key);
  if (bound !== undefined) {
    event.preventDefault();
    bound();
  } else if (stack.some((bindings) => Object.keys(bindings).some((each) => each.startsWith(`${key} `)))) {
    began = { key, at: performance.now() };
  }
});

function find(key: string): (() => void) | undefined {
  return stack.find((bindings) => bindings[key] !== undefined)?.[key];
}

function isControl(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('a, button, summary, input, [tabindex="0"]') !== null;
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable) return true;
  return target.matches('input:not([type=range], [type=checkbox]), textarea, select');
}
