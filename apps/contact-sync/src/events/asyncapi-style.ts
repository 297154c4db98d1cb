import { inlineStyle } from '../http/page-headers.js';

/** Light or dark as the reader's system is; colours derive from the text's. */
export const ASYNCAPI_STYLE = inlineStyle(`
  :root {
    color-scheme: light dark;
    --line: color-mix(in srgb, currentColor 18%, transparent);
    --soft: color-mix(in srgb, currentColor 6%, transparent);
  }
  body {
    font:
      1rem/1.5 system-ui,
      sans-serif;
    max-width: 62rem;
    margin: 0 auto;
    padding: 2rem 1rem 6rem;
  }
  h1 {
    margin-bottom: 0.5rem;
  }
  h1 small {
    font-size: 1.1rem;
    font-weight: normal;
    opacity: 0.7;
    white-space: nowrap;
  }
  h2 {
    margin: 2.5rem 0 1rem;
    padding-bottom: 0.25rem;
    border-bottom: 1px solid var(--line);
  }
  h3 {
    margin: 0 0 0.5rem;
  }
  h4 {
    margin: 1.25rem 0 0.5rem;
  }
  section {
    border: 1px solid var(--line);
    border-radius: 0.6rem;
    padding: 1.1rem 1.25rem;
    margin: 1rem 0;
  }
  section p {
    margin: 0.4rem 0;
  }
  .facts span,
  .facts a {
    display: inline-block;
    background: var(--soft);
    border-radius: 1rem;
    padding: 0.1rem 0.7rem;
    margin: 0.15rem 0.1rem;
    font-size: 0.9rem;
  }
  code,
  pre {
    font:
      0.88em/1.5 ui-monospace,
      monospace;
  }
  .wide {
    overflow-x: auto;
  }
  table {
    border-collapse: collapse;
    width: 100%;
    font-size: 0.9rem;
  }
  td {
    padding: 0.3rem 0.9rem 0.3rem 0;
    border-top: 1px solid var(--line);
    vertical-align: top;
    overflow-wrap: break-word;
  }
  td:nth-child(2) {
    min-width: 9rem;
    max-width: 20rem;
    opacity: 0.85;
  }
  td em {
    font-size: 0.8rem;
    opacity: 0.7;
  }
  details {
    margin-top: 1.25rem;
  }
  summary {
    cursor: pointer;
  }
  pre {
    background: var(--soft);
    border-radius: 0.5rem;
    padding: 1rem;
    overflow-x: auto;
  }
`);
