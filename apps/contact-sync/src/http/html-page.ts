import { type Html, html } from './html.js';
import { type InlineStyle } from './page-headers.js';

/** A whole page, to be answered with the headers of its style. @param title of the browser's tab */
export function htmlPage(title: string, style: InlineStyle, content: Html): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${title}</title>
        ${style.element}
      </head>
      <body>
        ${content}
      </body>
    </html>`.text;
}
