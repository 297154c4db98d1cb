/** What an answer that pages through texts of any size holds at most, in UTF-8. */
export const LARGEST_PAGE_BYTES = 4_000_000;

/** The first of the texts, as many as fit into a page; the first one whatever its size. */
export function fitting(texts: Iterable<string>, mostBytes = LARGEST_PAGE_BYTES): string[] {
  const shown: string[] = [];
  let bytes = 0;
  for (const text of texts) {
    bytes += Buffer.byteLength(text);
    if (shown.length > 0 && bytes > mostBytes) break;
    shown.push(text);
  }
  return shown;
}
