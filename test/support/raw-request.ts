import { connect } from 'node:net';

/** An answer, taken apart by hand. */
export interface RawAnswer {
  readonly status: number;
  /** In small letters. */
  readonly headers: ReadonlyMap<string, string>;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests read what the contract promises
  readonly body: any;
}

/**
 * Sends bytes that no HTTP client would, and reads what comes until the server closes the connection.
 *
 * @throws Error when it answers nothing
 */
export function rawRequest(url: string, bytes: string): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(Number(port), hostname, () => socket.write(bytes, 'latin1'));
    socket
      .setEncoding('utf8')
      .setTimeout(20_000, () => socket.destroy(new Error('The connection stays open')));
    socket.on('data', (chunk: string) => {
      text += chunk;
    });
    socket.on('error', reject);
    socket.on('close', () => {
      const [head = '', body = ''] = text.split('\r\n\r\n', 2);
      const [first = '', ...lines] = head.split('\r\n');
      const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(first)?.[1]);
      if (Number.isNaN(status)) {
        reject(new Error(`No answer: ${JSON.stringify(text)}`));
        return;
      }
      const headers = new Map(
        lines.map((line) => {
          const [name = '', ...value] = line.split(': ');
          return [name.toLowerCase(), value.join(': ')];
        }),
      );
      resolve({ status, headers, body: body === '' ? null : JSON.parse(body) });
    });
  });
}
