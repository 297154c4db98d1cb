export interface Places {
  readonly service: string;
  /** Undefined when the real Google is configured. */
  readonly simulator: string | undefined;
  readonly apiTokens: string | undefined;
}

/** What a person wants to know once everything is up. */
export function whereToLook({ service, simulator, apiTokens }: Places): string {
  const base = service.replace(/\/$/, '');
  // A token is a secret, so it is left for the reader to fill in.
  const authorization = apiTokens ? ' -H "Authorization: Bearer <one of API_TOKENS>"' : '';
  const lines = [
    ['Service', base],
    ['API docs', `${base}/api/docs`],
    ...(simulator ? [['Google', `simulated at ${simulator}`]] : []),
    ['Try', `curl -X POST${authorization} ${base}/api/sync`],
    ['Stop', 'Ctrl-C'],
  ];
  return ['', ...lines.map(([what, where]) => `${String(what).padEnd(10)}${String(where)}`), ''].join('\n');
}
