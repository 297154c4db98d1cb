import { Agent, request } from 'node:http';

const agent = new Agent({ keepAlive: true });

/** A JSON call without a limit of its own: a sync may take minutes. `fetch` gives up after five. */
export async function callJson(
  url: string,
  method: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number; readonly body: unknown }> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const call = request(
      url,
      {
        agent,
        method,
        headers: {
          ...(text === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
          ...headers,
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const answer = Buffer.concat(chunks).toString();
          resolve({ status: response.statusCode ?? 0, body: answer === '' ? null : JSON.parse(answer) });
        });
      },
    );
    call.on('error', (error: NodeJS.ErrnoException) => {
      // The server closed the idle connection just as it was used again, and has not seen the request.
      if (call.reusedSocket && error.code === 'ECONNRESET') resolve(callJson(url, method, body, headers));
      else reject(error);
    });
    call.end(text);
  });
}
