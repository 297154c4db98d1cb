import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import pixelmatch from 'pixelmatch';
import sharp from 'sharp';

/** What pages looked like when somebody last looked at them. */
const ACCEPTED = path.join(import.meta.dirname, 'accepted');
/** What they look like now, and where that differs. */
const TAKEN = path.resolve('.data/pictures');

/** Which of them the documents show, and as what. */
const IN_DOCUMENTS: Readonly<Record<string, string>> = {
  'overview-1440-light': 'overview-light',
  'overview-1440-dark': 'overview-dark',
  'overview-390-dark': 'overview-phone',
  'run-held-1440-light': 'run-held',
  'contacts-search-1440-light': 'contact',
};

/** Beyond the antialiasing of another Chromium, and the few colours that accepted pictures are kept in. */
const COLOUR_TOLERANCE = 0.06;
/** Some pixels may differ anywhere, but not together: a letter is about as many in a window of this many by as many. */
const WINDOW = 32;
const MOST_IN_WINDOW = 24;

interface Bitmap {
  readonly data: Buffer;
  readonly width: number;
  readonly height: number;
}

/**
 * Compares a picture with the accepted one.
 *
 * @param picture a PNG
 * @returns what differs, and where to look at it; null: nothing
 */
export async function difference(name: string, picture: Buffer): Promise<string | null> {
  await mkdir(TAKEN, { recursive: true });
  const taken = path.join(TAKEN, `${name}.png`);
  await writeFile(taken, picture);
  const before = await accepted(name);
  if (before === null) return `${name}: there is no accepted picture; the new one is ${taken}`;
  const [one, other] = [await bitmap(before), await bitmap(picture)];
  if (one.width !== other.width || one.height !== other.height) {
    return `${name}: it is ${size(other)}, and was ${size(one)}; the new one is ${taken}`;
  }
  const marked = Buffer.alloc(one.data.length);
  const pixels = pixelmatch(one.data, other.data, marked, one.width, one.height, {
    threshold: COLOUR_TOLERANCE,
    windowSize: WINDOW,
  });
  const file = path.join(TAKEN, `${name}.difference.png`);
  if (pixels <= MOST_IN_WINDOW) {
    await rm(file, { force: true });
    return null;
  }
  await sharp(marked, { raw: { width: one.width, height: one.height, channels: 4 } })
    .png()
    .toFile(file);
  return `${name}: ${pixels} pixels within ${WINDOW} × ${WINDOW} differ, of which ${MOST_IN_WINDOW} may; they are red in ${file}`;
}

/** The picture is the one to compare with from now on. */
export async function accept(name: string, picture: Buffer): Promise<void> {
  await mkdir(ACCEPTED, { recursive: true });
  await writeFile(path.join(ACCEPTED, `${name}.png`), await small(picture, 64));
  const shown = IN_DOCUMENTS[name];
  if (shown === undefined) return;
  await mkdir('docs/images', { recursive: true });
  await writeFile(`docs/images/${shown}.png`, await small(picture, 128));
}

/** A page has few colours, so nobody sees the loss. */
function small(picture: Buffer, colours: number): Promise<Buffer> {
  return sharp(picture)
    .png({ palette: true, colours, dither: 0, effort: 10, compressionLevel: 9 })
    .toBuffer();
}

async function accepted(name: string): Promise<Buffer | null> {
  try {
    return await readFile(path.join(ACCEPTED, `${name}.png`));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

async function bitmap(picture: Buffer): Promise<Bitmap> {
  const { data, info } = await sharp(picture).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

function size({ width, height }: Bitmap): string {
  return `${width} × ${height}`;
}
