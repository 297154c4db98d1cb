import { type ServerResponse } from 'node:http';

const TICK_MS = 50;

/** Drips the body at this rate until it is all out or the client has gone. */
export function sendSlowly(response: ServerResponse, body: Buffer, bytesPerSecond: number): void {
  let sent = 0;
  let due = 0;
  const timer = setInterval(() => {
    due += (bytesPerSecond * TICK_MS) / 1_000;
    const end = Math.min(body.length, Math.floor(due));
    if (end > sent) response.write(body.subarray(sent, end));
    sent = end;
    if (sent >= body.length) {
      clearInterval(timer);
      response.end();
    }
  }, TICK_MS);
  response.on('close', () => {
    clearInterval(timer);
  });
}
