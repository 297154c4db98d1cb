import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';

/** A file of the page, as it is sent. */
export interface PageFile {
  readonly body: Buffer;
  /** By the name of the encoding, as in Accept-Encoding. */
  readonly encoded: { readonly br: Buffer; readonly gzip: Buffer };
  readonly type: string;
  readonly etag: string;
}

/** What the page has to know before anybody has said who they are. */
export interface PageFacts {
  /** The path of PUBLIC_URL, below which a proxy serves us; empty at the root. */
  readonly prefix: string;
  /** Whether people sign in by OpenID Connect. */
  readonly offersOidc: boolean;
}

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Where `npm run build` puts the page, for the built service and for the sources alike. */
const BUILT = 'dist/apps/dashboard';

/**
 * All files of the page, read once: a few hundred kilobytes. By the path under which each is asked for; the document is `/`.
 *
 * @returns null: it was not built
 */
export function readPageFiles({ prefix, offersOidc }: PageFacts): ReadonlyMap<string, PageFile> | null {
  const folder = join(dirname(findPackageJSON(import.meta.url) ?? ''), BUILT);
  try {
    const document = readFileSync(join(folder, 'index.html'), 'utf8')
      .replaceAll('"./', `"${prefix}/`)
      .replace('data-oidc=""', `data-oidc="${offersOidc}"`);
    const files = new Map([['/', madeHere(Buffer.from(document), '.html')]]);
    for (const name of readdirSync(join(folder, 'assets'))) {
      if (TYPES[extname(name)] === undefined) continue;
      files.set(`/assets/${name}`, builtFile(join(folder, 'assets', name)));
    }
    return files;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Compressed by the build, as far as it goes: that takes seconds. */
function builtFile(path: string): PageFile {
  const encoded = { br: readFileSync(`${path}.br`), gzip: readFileSync(`${path}.gz`) };
  return pageFile(readFileSync(path), encoded, extname(path));
}

function madeHere(body: Buffer, extension: string): PageFile {
  return pageFile(body, { br: brotliCompressSync(body), gzip: gzipSync(body) }, extension);
}

function pageFile(body: Buffer, encoded: PageFile['encoded'], extension: string): PageFile {
  const etag = `W/"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  return { body, encoded, type: TYPES[extension] ?? 'application/octet-stream', etag };
}
