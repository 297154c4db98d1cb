/** What was asked, and all that came back but the body of what only the caller may see. */
export interface DrivenAnswer {
  readonly call: string;
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

interface Operation {
  readonly parameters?: readonly { readonly in: string; readonly name: string }[];
  readonly requestBody?: {
    readonly content?: Readonly<
      Record<string, { readonly schema?: { readonly properties?: Readonly<Record<string, object>> } }>
    >;
  };
}

export interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

/** How every route is asked. */
export interface Asked {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** What stands for a part of a path, by a word that is in the path; an empty one is in all. */
  readonly ids: Readonly<Record<string, string>>;
  /** Stands for every parameter of a query, and in bodies. */
  readonly word: string;
  /** Left out: all. */
  readonly methods: readonly string[];
}

/** How long an answer is listened to that has no end. */
const LISTEN_MS = 500;

/** Every operation of the OpenAPI document, with nothing, with the word in its query, and with it in bodies of all kinds. */
export async function driveRoutes(document: ApiDocument, asked: Asked): Promise<DrivenAnswer[]> {
  const answers: DrivenAnswer[] = [];
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      if (!asked.methods.includes(method)) continue;
      for (const address of addressesOf(path, operation, asked)) {
        for (const body of bodiesOf(method, operation, asked.word)) {
          answers.push(await ask(method.toUpperCase(), address, body, asked));
        }
      }
    }
  }
  return answers;
}

function addressesOf(path: string, { parameters = [] }: Operation, { ids, word }: Asked): string[] {
  const fitting = Object.entries(ids).filter(([part]) => path.includes(part));
  const paths = path.includes('{') ? fitting.map(([, id]) => path.replaceAll(/\{\w+\}/g, id)) : [path];
  const queries = parameters
    .filter((parameter) => parameter.in === 'query')
    .map(({ name }) => `?${name}=${encodeURIComponent(word)}`);
  return paths.flatMap((filled) => ['', ...queries].map((query) => `${filled}${query}`));
}

function bodiesOf(method: string, { requestBody }: Operation, word: string): (string | undefined)[] {
  if (method === 'get') return [undefined];
  const schema = requestBody?.content?.['application/json']?.schema;
  const members = ['accountId', ...Object.keys(schema?.properties ?? {})];
  return [
    undefined,
    `{"broken": "${word}`,
    ...members.flatMap((member) => [word, [word]].map((value) => JSON.stringify({ [member]: value }))),
  ];
}

async function ask(
  method: string,
  path: string,
  body: string | undefined,
  asked: Asked,
): Promise<DrivenAnswer> {
  const answer = await fetch(`${asked.url}${path}`, {
    method,
    redirect: 'manual',
    signal: AbortSignal.timeout(60_000),
    headers: { ...asked.headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body }),
  });
  const type = answer.headers.get('content-type') ?? '';
  const location = answer.headers.get('location') ?? '';
  return {
    call: `${method} ${path}`,
    status: answer.status,
    type,
    text: `${location}\n${await textOf(answer)}`,
  };
}

async function textOf(answer: Response): Promise<string> {
  if (!(answer.headers.get('content-type') ?? '').startsWith('text/event-stream')) return answer.text();
  const reader = answer.body?.getReader();
  let text = '';
  const late = setTimeout(() => void reader?.cancel(), LISTEN_MS);
  for (;;) {
    const part = await reader?.read();
    if (part?.value === undefined) break;
    text += Buffer.from(part.value as Uint8Array).toString();
  }
  clearTimeout(late);
  return text;
}
