/** A fenced block of a document that somebody types, sees, or saves. */
export interface Block {
  /** `README.md:31` */
  readonly at: string;
  readonly kind: 'command' | 'output' | 'file';
  readonly text: string;
  readonly isJson: boolean;
  /** Whether a comment before it says one of the following. */
  readonly mark: boolean;
  /** Of a command: in which terminal it goes on. Of output: which terminal shows it. */
  readonly terminal?: string;
  /** Which terminal is stopped before. */
  readonly stops?: string;
  /** What a terminal says when the next block can be typed. */
  readonly until?: string;
  /** Why no test runs it. */
  readonly notRun?: string;
  /** Under which name a file is saved. */
  readonly name?: string;
}

const FENCE = /((?:^ *<!-- [^\n]* -->\n\n?)*)^( *)```([^\n]*)\n(.*?)^\2```$/gms;
const SHOWN = new Set(['', 'json', 'text', 'csv']);

/**
 * The blocks of a document, in order. `sh` is a command, and what stands after it without a language or as JSON is what
 * it prints; `js name.mjs` is a file. A comment before a block says what its text cannot: `not run: why`,
 * `terminal 1`, `terminal 1, until "ready"`, or `Ctrl-C in terminal 1`. A transcript has a test of its own.
 */
export function commandBlocks(file: string, document: string): Block[] {
  const blocks: Block[] = [];
  for (const match of document.matchAll(FENCE)) {
    const [, comments = '', indent = '', info = '', indented = ''] = match;
    if (comments.includes('<!-- transcript:')) continue;
    const [language = '', name] = info.trim().split(' ');
    const [, notRun] = /<!-- not run: (.*) -->/.exec(comments) ?? [];
    const [, terminal, until] = /<!-- terminal (\w+)(?:, until "(.*)")? -->/.exec(comments) ?? [];
    const [, stops] = /<!-- Ctrl-C in terminal (\w+) -->/.exec(comments) ?? [];
    const line = document.slice(0, match.index + comments.length).split('\n').length;
    const block = {
      at: `${file}:${line}`,
      text: indented.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
      isJson: language === 'json',
      mark: (notRun ?? terminal ?? stops) !== undefined,
      ...(terminal !== undefined && { terminal }),
      ...(stops !== undefined && { stops }),
      ...(until !== undefined && { until }),
      ...(notRun !== undefined && { notRun }),
    };
    if (name !== undefined) blocks.push({ ...block, kind: 'file', name });
    else if (/^(?:sh|bash|console)$/.test(language)) blocks.push({ ...block, kind: 'command' });
    else if (SHOWN.has(language) && blocks.length > 0) blocks.push({ ...block, kind: 'output' });
  }
  return blocks.map((block, index) => isOfOneNotRun(blocks, index) ?? block);
}

/** What a command prints that is not run is not looked for. */
function isOfOneNotRun(blocks: readonly Block[], index: number): Block | undefined {
  const block = blocks[index];
  if (block?.kind !== 'output' || block.notRun !== undefined || block.terminal !== undefined)
    return undefined;
  const command = blocks.slice(0, index).findLast(({ kind }) => kind === 'command');
  return command?.notRun === undefined ? undefined : { ...block, notRun: command.notRun };
}
