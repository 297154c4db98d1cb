import { html, type Html } from '../http/html.js';

/** Of every page here: nothing is loaded, and no other page shows it in a frame. */
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'; form-action";

/** The headers of a page. @param formAction where its form may lead, over redirects too */
export function pageHeaders(formAction = "'none'"): Record<string, string> {
  return {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': `${POLICY} ${formAction}`,
    'Referrer-Policy': 'no-referrer',
    'Cache-Control': 'no-store',
  };
}

/** A page of a sentence or two, for a sign-in. @param action what can be done there */
export function page(title: string, text: string, action?: Html): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${title} - contactstream</title>
        <style>
          body {
            font:
              1.1rem/1.5 system-ui,
              sans-serif;
            max-width: 36rem;
            margin: 18vh auto 0;
            padding: 0 1rem;
          }
          button {
            font: inherit;
            padding: 0.5rem 1.25rem;
          }
        </style>
      </head>
      <body>
        <h1>${title}</h1>
        <p>${text}</p>
        ${action}
      </body>
    </html>`.text;
}
