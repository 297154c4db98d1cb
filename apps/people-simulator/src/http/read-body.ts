import { type IncomingMessage } from 'node:http';

const LARGEST = 256 * 1_048_576;

/** The request body is larger than the simulator takes. */
export class BodyTooLarge extends Error {
  override name = 'BodyTooLarge';
}

/** The whole request body as UTF-8 text, up to 256 MiB. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST) throw new BodyTooLarge(`The body is larger than ${LARGEST} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
