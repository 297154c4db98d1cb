import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';

import {
  FRESH_TOKEN,
  type PageSequence,
  type ScriptedAnswer,
  TRUE_PERSONS,
  TRUTH_WHEN_ASKED,
} from './page-sequence.js';

/** How long a drip pauses after each byte. */
const DRIP_MS = 100;

const TRUTH: ScriptedAnswer = {
  kind: 'page',
  body: `{"connections":[${TRUE_PERSONS.join(',')}],"totalItems":${TRUE_PERSONS.length},"nextSyncToken":"true"}`,
};
const OUTAGE: ScriptedAnswer = { kind: 'status', status: 503, body: '', retryAfter: null };

/** A server in Google's place that answers, byte for byte, as it is told. Accounts are told apart by refresh token. */
export class ScriptedGoogle {
  private readonly scripts = new Map<string, { sequence: PageSequence | null; next: number }>();
  private tokens = 0;
  private readonly server = createServer((request, response) => {
    void this.answer(request, response);
  });

  private constructor() {
    this.server.keepAliveTimeout = 60_000;
  }

  static async start(): Promise<ScriptedGoogle> {
    const google = new ScriptedGoogle();
    await new Promise<void>((resolve) => google.server.listen(0, '127.0.0.1', resolve));
    return google;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** @param sequence null: Google as it is */
  script(refreshToken: string, sequence: PageSequence | null): void {
    this.scripts.set(refreshToken, { sequence, next: 0 });
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === 'POST') {
      let form = '';
      for await (const chunk of request) form += String(chunk);
      const token = new URLSearchParams(form).get('refresh_token');
      respond(
        response,
        200,
        JSON.stringify({ access_token: token, token_type: 'Bearer', expires_in: 3_600 }),
      );
      return;
    }
    const script = this.scripts.get(request.headers.authorization?.replace('Bearer ', '') ?? '');
    const url = new URL(request.url ?? '/', 'http://google');
    if (script === undefined) respond(response, 401, '{}');
    else if (url.pathname.endsWith(':batchGet')) {
      const names = url.searchParams.getAll('resourceNames');
      respond(response, 200, answersTo(names, script.sequence?.whenAsked ?? [TRUTH_WHEN_ASKED]));
    } else this.send(request, response, nextAnswer(script));
  }

  private send(request: IncomingMessage, response: ServerResponse, answer: ScriptedAnswer): void {
    switch (answer.kind) {
      case 'page': {
        this.tokens += 1;
        const body = answer.body.replaceAll(`"${FRESH_TOKEN}"`, `"${FRESH_TOKEN}-${this.tokens}"`);
        respond(response, 200, ' '.repeat((answer.megabytes ?? 0) << 20) + body);
        break;
      }
      case 'status':
        if (answer.retryAfter !== null) response.setHeader('retry-after', answer.retryAfter);
        respond(response, answer.status, answer.body);
        break;
      case 'text':
        respond(response, answer.status, answer.body);
        break;
      case 'half':
        response.writeHead(200, {
          'content-type': 'application/json',
          'content-length': answer.body.length * 2,
        });
        response.write(answer.body, () => request.socket.destroy());
        break;
      case 'drip': {
        response.writeHead(200, { 'content-type': 'application/json' });
        const bytes = [...Buffer.from(answer.body)];
        const drip = setInterval(() => {
          const byte = bytes.shift();
          if (byte === undefined) response.end();
          else response.write(Buffer.of(byte));
        }, DRIP_MS);
        response.on('close', () => {
          clearInterval(drip);
        });
        break;
      }
      case 'reset':
        request.socket.resetAndDestroy();
        break;
      case 'hang':
        break;
    }
  }
}

function answersTo(names: readonly string[], whenAsked: readonly string[]): string {
  const answers = names.flatMap((name, index) => {
    const said = whenAsked[index % whenAsked.length] ?? '';
    const answer = said === TRUTH_WHEN_ASKED ? trueAnswer(name) : said;
    if (answer === '') return [];
    return [
      `{"requestedResourceName":${JSON.stringify(name)}${answer === '{}' ? '' : ','}${answer.slice(1)}`,
    ];
  });
  return `{"responses":[${answers.join(',')}]}`;
}

function trueAnswer(name: string): string {
  const person = TRUE_PERSONS.find(
    (text) => (JSON.parse(text) as { resourceName: string }).resourceName === name,
  );
  return person === undefined ? '{"status":{"code":5}}' : `{"person":${person}}`;
}

function nextAnswer(script: { sequence: PageSequence | null; next: number }): ScriptedAnswer {
  const { sequence } = script;
  const answer = sequence?.answers[script.next];
  script.next += 1;
  if (answer !== undefined) return answer;
  if (sequence?.then === 'outage') return OUTAGE;
  return (sequence?.then === 'the same' ? sequence.answers.at(-1) : undefined) ?? TRUTH;
}

function respond(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(body);
}
