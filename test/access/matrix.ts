import { type Expectation } from './operations.js';

/** A caller: what it sends along, and what is to become of it. */
export interface Caller {
  readonly name: string;
  readonly headers: (operation: string) => Promise<Record<string, string>> | Record<string, string>;
  /** @returns null: as `answer` of the operation says */
  readonly expected: (expectation: Expectation, operation: string) => string | null;
}

/** What stands for what in paths. */
export type Ids = Readonly<Record<NonNullable<Expectation['id']>, string>>;

/** How many calls go on at once. */
const AT_ONCE = 16;

const UNAUTHENTICATED = '401 invalid-api-token';

/** Nobody that the service knows. */
export function stranger(name: string, headers: Record<string, string>): Caller {
  return {
    name,
    headers: () => headers,
    expected: ({ needs }) => (needs === 'open' ? null : UNAUTHENTICATED),
  };
}

export function withScope(scope: string, headers: Record<string, string>): Caller {
  return {
    name: `the scope ${scope} alone`,
    headers: () => headers,
    expected: ({ needs }) => (['open', 'known', scope].includes(needs) ? null : '403 scope-missing'),
  };
}

/** Bound to the account that is asked for, with every scope. */
export function ofThisAccount(headers: Record<string, string>): Caller {
  return {
    name: 'bound to this account',
    headers: () => headers,
    expected: ({ account }) => (account === 'all' ? '404 not-found' : null),
  };
}

/** Bound to another account than the one that is asked for, with every scope. */
export function ofAnotherAccount(headers: Record<string, string>): Caller {
  return {
    name: 'bound to another account',
    headers: () => headers,
    expected: ({ account, hidden }) => {
      switch (account) {
        case 'all':
          return '404 not-found';
        case 'query':
        case 'body':
        case 'path':
          return '404 account-not-found';
        case 'thing':
          return hidden ?? 'the table says nothing of what is hidden';
        case 'none':
          return null;
      }
    },
  };
}

/** A browser, with every scope. @param open gives the headers of a session of its own for an operation */
export function browser(
  name: string,
  open: (operation: string) => Promise<Record<string, string>>,
  isCsrfTokenSent: boolean,
): Caller {
  return {
    name,
    headers: open,
    expected: ({ needs }, operation) =>
      isCsrfTokenSent || needs === 'open' || operation.startsWith('GET ') ? null : '403 csrf-token-missing',
  };
}

/** @returns the cells that are not as the table says, such as `GET /api/x, no credential: 200, not 401 …` */
export async function differences(
  url: string,
  operations: Readonly<Record<string, Expectation>>,
  callers: readonly Caller[],
  ids: Ids,
): Promise<string[]> {
  const cells = Object.entries(operations).flatMap(([operation, expectation]) =>
    callers.map((caller) => ({ operation, expectation, caller })),
  );
  const found: string[] = [];
  const work = async (): Promise<void> => {
    for (let cell = cells.pop(); cell !== undefined; cell = cells.pop()) {
      const { operation, expectation, caller } = cell;
      const expected = caller.expected(expectation, operation) ?? expectation.answer;
      const answer = await call(url, operation, expectation, ids, await caller.headers(operation));
      if (!isAs(answer, expected)) found.push(`${operation}, ${caller.name}: ${answer}, not ${expected}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return found.sort();
}

/** What an answer says; of a stream, which has no end, the first that it sends. */
export async function textAtOnce(answer: Response): Promise<string> {
  if (answer.headers.get('content-type')?.startsWith('text/event-stream') !== true) return answer.text();
  const reader = answer.body?.getReader();
  const first = (await reader?.read())?.value as Uint8Array | undefined;
  await reader?.cancel();
  return Buffer.from(first ?? []).toString();
}

/** @param expected `202|409 some-code`; one without a code leaves open which it is */
function isAs(answer: string, expected: string): boolean {
  return expected
    .split('|')
    .some((one) => answer === one || (/^\d+$/.test(one) && answer.startsWith(`${one} `)));
}

async function call(
  url: string,
  operation: string,
  { account, id, query, body }: Expectation,
  ids: Ids,
  headers: Record<string, string>,
): Promise<string> {
  const [method = '', template = ''] = operation.split(' ');
  const asked = { accountId: ids.account };
  const path = template
    .replace('{id}', id === undefined ? '' : ids[id])
    .replace('{token}', 'A'.repeat(43))
    .replace('{name}', 'contact-updated')
    .replace('{file}', '1.json')
    .replace('{code}', 'scope-missing');
  const parameters = new URLSearchParams(query);
  if (account === 'query') parameters.set('accountId', ids.account);
  const sent = account === 'body' ? { ...asked, ...body } : body;
  const answer = await fetch(`${url}${path}?${parameters.toString()}`, {
    method,
    redirect: 'manual',
    headers: { ...(sent === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(sent === undefined ? {} : { body: JSON.stringify(sent) }),
  });
  const text = await textAtOnce(answer);
  const isProblem = answer.headers.get('content-type')?.startsWith('application/problem+json') === true;
  return isProblem
    ? `${answer.status} ${(JSON.parse(text) as { code: string }).code}`
    : String(answer.status);
}
