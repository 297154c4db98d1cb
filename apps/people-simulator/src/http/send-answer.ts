import { type IncomingMessage, type ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { NO_FAULTS, type StruckFaults } from '../faults/fault-book.js';
import { sendHuge } from '../faults/send-huge.js';
import { sendSlowly } from '../faults/send-slowly.js';
import { type Answer } from './answer.js';

const compress = promisify(gzip);
const WORTH_COMPRESSING = 1_024;

/** Sends the answer, compressed when the client takes gzip, with the faults that affect sending. */
export async function sendAnswer(
  request: IncomingMessage,
  response: ServerResponse,
  answer: Answer,
  faults: StruckFaults = NO_FAULTS,
): Promise<void> {
  const huge = faults.one('huge');
  const slow = faults.one('slow');
  const text = faults.one('invalid-json') ? cutShort(answer.body) : answer.body;
  const plain = Buffer.from(text, 'utf8');
  const gzipped = huge === undefined && plain.length > WORTH_COMPRESSING && acceptsGzip(request);
  const body = gzipped ? await compress(plain, { level: 1 }) : plain;
  if (response.destroyed) return;
  response.writeHead(answer.status, {
    'content-type': 'application/json; charset=UTF-8',
    vary: 'Accept-Encoding',
    'cache-control': 'private',
    ...(gzipped && { 'content-encoding': 'gzip' }),
    ...(huge === undefined && { 'content-length': body.length }),
    ...answer.headers,
  });
  if (faults.one('half-body')) {
    response.write(body.subarray(0, Math.floor(body.length / 2)), () => request.socket.destroy());
  } else if (huge !== undefined) {
    await sendHuge(response, text, huge.megabytes);
  } else if (slow !== undefined) {
    sendSlowly(response, body, slow.bytesPerSecond);
  } else {
    response.end(body);
  }
}

function acceptsGzip(request: IncomingMessage): boolean {
  return /\bgzip\b/.test(request.headers['accept-encoding']?.toString() ?? '');
}

/** Cut, so that it is no valid JSON, but sent with a fitting length, so that HTTP sees nothing wrong. */
function cutShort(text: string): string {
  return text
    .slice(0, Math.ceil(text.length * 0.6))
    .trimEnd()
    .replace(/}$/, '');
}
