import { createHash } from 'node:crypto';

import { Html } from './html.js';

/** A style that stands in a page, and what the page's policy calls it. */
export interface InlineStyle {
  readonly element: Html;
  /** `'sha256-…'`: no other style, and no style attribute, is applied. */
  readonly source: string;
}

export function inlineStyle(css: string): InlineStyle {
  return {
    element: new Html(`<style>${css}</style>`),
    source: `'sha256-${createHash('sha256').update(css).digest('base64')}'`,
  };
}

/**
 * The headers of a page: it has no script, loads nothing, and no other page shows it in a frame.
 *
 * @param formAction where its form may lead, over redirects too
 */
export function pageHeaders(style: InlineStyle, formAction = "'none'"): Record<string, string> {
  return {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy':
      `default-src 'none'; style-src ${style.source}; base-uri 'none'; frame-ancestors 'none'; ` +
      `form-action ${formAction}`,
  };
}
