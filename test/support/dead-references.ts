import { posix } from 'node:path';

/** What a document may refer to. Paths are from the repository's root, with slashes. */
export interface Repository {
  /** Whether there is a file or a folder of that path. */
  has(path: string): boolean;
  /** The text of a Markdown file. */
  read(file: string): string;
  readonly npmScripts: ReadonlySet<string>;
}

/**
 * What a Markdown file refers to and is not there: relative links with their anchors, and in its code the paths that
 * begin with a folder of the repository, built programs without a source, and npm scripts.
 *
 * @returns a line each, such as `README.md:12: docs/api.md#sync: there is no heading "sync"`
 */
export function deadReferences(file: string, repository: Repository): string[] {
  const document = parse(repository.read(file));
  const found = [
    ...links(document).map((link) => ({ ...link, why: whyDeadLink(file, link.text, repository) })),
    ...paths(document).map((path) => ({ ...path, why: whyDeadPath(path.text, repository) })),
    ...npmScripts(document).map((script) => ({
      ...script,
      why: repository.npmScripts.has(script.text) ? null : 'package.json has no such script',
    })),
  ];
  return found
    .filter(({ why }) => why !== null)
    .sort((a, b) => a.at - b.at)
    .map(({ text, at, why }) => `${file}:${lineOf(document.text, at)}: ${text}: ${why ?? ''}`);
}

interface Piece {
  readonly text: string;
  /** Its place in the document. */
  readonly at: number;
}

interface Document {
  readonly text: string;
  /** The text with its code blanked out: every place stays where it was. */
  readonly prose: string;
  /** Code spans, and code blocks with their language. */
  readonly code: readonly (Piece & { readonly language: string | null })[];
}

function parse(text: string): Document {
  const code: (Piece & { language: string | null })[] = [];
  const withoutBlocks = text.replaceAll(
    /^( {0,3}```+)([^\n]*)\n(.*?)^\1[^\n]*$/gms,
    (block: string, fence: string, info: string, content: string, at: number) => {
      const [language = ''] = info.trim().split(' ');
      code.push({ text: content, at: at + fence.length + info.length + 1, language });
      return blank(block);
    },
  );
  const prose = withoutBlocks.replaceAll(
    /(`+)(.+?)\1/gs,
    (span: string, ticks: string, content: string, at: number) => {
      code.push({ text: content, at: at + ticks.length, language: null });
      return blank(span);
    },
  );
  return { text, prose, code };
}

function blank(text: string): string {
  return text.replaceAll(/[^\n]/g, ' ');
}

function lineOf(text: string, at: number): number {
  return text.slice(0, at).split('\n').length;
}

function matches(text: string, pattern: RegExp): Piece[] {
  return [...text.matchAll(pattern)].map((match) => ({ text: match[1] ?? '', at: match.index }));
}

function links({ prose }: Document): Piece[] {
  const inline = matches(prose, /\]\(\s*<?([^\s<>()]+)>?[^()]*\)/g);
  const definitions = matches(prose, /^ {0,3}\[[^\]]+\]:\s*(\S+)/gm);
  const pictures = matches(prose, /<(?:img|source)\b[^>]*? (?:src|srcset)="([^"]+)"/g);
  return [...inline, ...definitions, ...pictures];
}

function whyDeadLink(file: string, link: string, repository: Repository): string | null {
  if (/^[a-z][a-z\d+.-]*:/i.test(link)) return null;
  const [path = '', anchor] = decodeURI(link).split('#', 2);
  const target = path === '' ? file : posix.join(posix.dirname(file), path);
  if (path.startsWith('/') || target.startsWith('..')) return 'it leads out of the repository';
  if (!repository.has(target.replace(/\/$/, ''))) return `there is no ${target}`;
  if (anchor === undefined) return null;
  if (!target.endsWith('.md')) return 'only Markdown has headings to link to';
  return anchors(repository.read(target)).has(anchor) ? null : `there is no heading "${anchor}"`;
}

/** The anchors that GitHub gives to headings. */
function anchors(text: string): Set<string> {
  const withoutBlocks = text.replaceAll(/^( {0,3}```+)[^\n]*\n.*?^\1[^\n]*$/gms, blank);
  const found = new Set<string>();
  for (const { text: heading } of matches(withoutBlocks, /^ {0,3}#{1,6} +(.*?)(?: +#+)? *$/gm)) {
    const words = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const slug = words.replaceAll(/[^\p{L}\p{M}\p{N}_ -]/gu, '').replaceAll(' ', '-');
    let anchor = slug;
    for (let count = 1; found.has(anchor); count += 1) anchor = `${slug}-${count}`;
    found.add(anchor);
  }
  return found;
}

const ROOMS = /^(?:\.ci|apps|bench|chaos|docs|libs|ops|scripts|test|tools)\//;
const BUILT = /^dist\/((?:apps|libs|tools)\/.+)\.js$/;

/** Of blocks only commands are looked at: a program may name a path of its own. */
function paths({ code }: Document): Piece[] {
  return code
    .filter(({ language }) => language === null || language === 'sh')
    .flatMap((piece) =>
      matches(piece.text, /([^\s"'`=(),;]+)/g).map(({ text, at }) => ({ text, at: piece.at + at })),
    )
    .map(({ text, at }) => ({ text: text.replace(/^\.\//, '').replace(/[.:]+$/, ''), at }))
    .filter(({ text }) => ROOMS.test(text) || BUILT.test(text));
}

function whyDeadPath(path: string, repository: Repository): string | null {
  const source = path.replace(BUILT, '$1.ts');
  // From the first part on that stands for several, or for any, only the folder before it can be looked for.
  const parts = source.split('/');
  const open = parts.findIndex((part) => /[*<>{}…$]/.test(part));
  const known = (open === -1 ? parts : parts.slice(0, open)).join('/').replace(/\/$/, '');
  return repository.has(known) ? null : `there is no ${known}`;
}

function npmScripts({ code }: Document): Piece[] {
  return [/\bnpm run (?:-s |--silent )?([\w:-]+)/g, /\bnpm (start|test)\b/g].flatMap((pattern) =>
    code.flatMap((piece) =>
      matches(piece.text, pattern).map(({ text, at }) => ({ text, at: piece.at + at })),
    ),
  );
}
