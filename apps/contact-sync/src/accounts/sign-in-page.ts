import { html, type Html } from '../http/html.js';
import { inlineStyle, pageHeaders } from '../http/page-headers.js';

const STYLE = inlineStyle(`
  body { font: 1.1rem/1.5 system-ui, sans-serif; max-width: 36rem; margin: 18vh auto 0; padding: 0 1rem; }
  button { font: inherit; padding: 0.5rem 1.25rem; }
`);

/** The headers of {@link page}. @param formAction where its form may lead, over redirects too */
export function signInPageHeaders(formAction?: string): Record<string, string> {
  return pageHeaders(STYLE, formAction);
}

/** A page of a sentence or two, for a sign-in. @param action what can be done there */
export function page(title: string, text: string, action?: Html): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${title} - contactstream</title>
        ${STYLE.element}
      </head>
      <body>
        <h1>${title}</h1>
        <p>${text}</p>
        ${action}
      </body>
    </html>`.text;
}
