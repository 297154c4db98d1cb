import { html, type Html } from '../http/html.js';
import { htmlPage } from '../http/html-page.js';
import { inlineStyle, pageHeaders } from '../http/page-headers.js';

/** Colours and measures of the dashboard, which is no part of this page: whoever opens it may not see that one. */
const STYLE = inlineStyle(`
  :root { color-scheme: light dark; }
  body { font: 0.9375rem/1.5 system-ui, sans-serif; max-width: 30rem; margin: 18vh auto 0; padding: 2rem 1.5rem;
    color: light-dark(#15181c, #e7eaed); background: light-dark(#fff, #13171b);
    border: 1px solid light-dark(#e2e6ea, #252b32); border-radius: 8px; }
  html { background: light-dark(#f6f7f8, #0c0f12); }
  h1 { font-size: 1.375rem; line-height: 1.75rem; font-weight: 600; margin: 0 0 0.5rem; }
  p { color: light-dark(#56606b, #9fa8b3); margin: 0 0 1.25rem; }
  button { font: inherit; font-weight: 500; padding: 0.5rem 1rem; color: #fff; background: light-dark(#1b57c7, #2c66d8);
    border: 0; border-radius: 6px; cursor: pointer; }
  button:hover { background: light-dark(#154aad, #3b74e4); }
  @media (max-width: 32rem) { body { margin: 1rem; } }
`);

/** The headers of {@link page}. @param formAction where its form may lead, over redirects too */
export function signInPageHeaders(formAction?: string): Record<string, string> {
  return pageHeaders(STYLE, formAction);
}

/** A page of a sentence or two, for a sign-in. @param action what can be done there */
export function page(title: string, text: string, action?: Html): string {
  return htmlPage(
    `${title} - contactstream`,
    STYLE,
    html`<h1>${title}</h1>
      <p>${text}</p>
      ${action}`,
  );
}
