import { relative } from 'node:path';

export interface Places {
  readonly service: string;
  /** The folder of the embedded server, or the URL of the one that is configured; undefined: a file holds it. */
  readonly postgres: { readonly folder: string } | { readonly url: string | undefined };
  /** KAFKA_BROKERS. */
  readonly kafka: string | undefined;
  /** The simulator's URL, or that of Google's API. */
  readonly google: { readonly simulator: string } | { readonly url: string };
  readonly isApiTokenNeeded: boolean;
  /** DASHBOARD. */
  readonly isPageServed: boolean;
}

/** What a person wants to know once everything is up: which parts are in use, and where to go on. */
export function whereToLook({
  service,
  postgres,
  kafka,
  google,
  isApiTokenNeeded,
  isPageServed,
}: Places): string {
  const base = service.replace(/\/$/, '');
  // A token is a secret, so it is left for the reader to fill in.
  const authorization = isApiTokenNeeded ? ' -H "Authorization: Bearer <one of API_TOKENS>"' : '';
  const lines = [
    [isPageServed ? 'Page' : 'Service', base],
    ['API docs', `${base}/api/docs`],
    [
      'PostgreSQL',
      'folder' in postgres ? `embedded, ${fromHere(postgres.folder)}` : withoutSecrets(postgres.url),
    ],
    ['Kafka', kafka ?? 'none: the read model follows the event log'],
    ['Google', 'simulator' in google ? `simulated at ${google.simulator}` : google.url],
    ['Try', `curl -X POST${authorization} ${base}/api/sync`],
    ['Stop', 'Ctrl-C'],
  ];
  return ['', ...lines.map(([what, where]) => `${String(what).padEnd(12)}${String(where)}`), ''].join('\n');
}

function fromHere(folder: string): string {
  const path = relative(process.cwd(), folder);
  return path.startsWith('..') ? folder : path;
}

function withoutSecrets(url: string | undefined): string {
  if (url === undefined) return 'that of DATABASE_URL_FILE';
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}
