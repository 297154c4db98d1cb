import { get, type IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

/** About 64 kB a second: the readers have the server wait for them, and not the other way round. */
const PAUSE_MS = 1_000;

/** Readers that ask for large answers, one after the other, and take their time over them, until the signal. */
export async function readSlowly(
  urls: readonly string[],
  readers: number,
  signal: AbortSignal,
): Promise<void> {
  const read = async (reader: number): Promise<void> => {
    for (let turn = reader; !signal.aborted; turn += 1) {
      const url = urls[turn % urls.length];
      if (url !== undefined) await readOne(url, signal);
    }
  };
  await Promise.all(Array.from({ length: readers }, (_, reader) => read(reader)));
}

async function readOne(url: string, signal: AbortSignal): Promise<void> {
  try {
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      get(url, { signal }, resolve).on('error', reject);
    });
    if (answer.statusCode !== 200) throw new Error(`GET ${url} was answered with ${answer.statusCode}`);
    while (!answer.readableEnded) {
      answer.read();
      await delay(PAUSE_MS, undefined, { signal });
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
