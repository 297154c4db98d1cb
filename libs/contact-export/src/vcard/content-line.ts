/** Octets of a line, without its end (RFC 6350, 3.2; RFC 2426, 2.6). */
const LINE_OCTETS = 75;

/** Text as a component of a value. Neither version has a place for control characters; tabs are text. */
export function escapedComponent(text: string): string {
  return withoutControls(text)
    .replaceAll(/[\\,;]/g, '\\$&')
    .replaceAll('\n', '\\n');
}

/** Text as a whole value of 4.0, in which a semicolon need not be escaped, and not every reader expects that it is. */
export function escapedText(text: string): string {
  return withoutControls(text).replaceAll(/[\\,]/g, '\\$&').replaceAll('\n', '\\n');
}

/** Whether text can be the value of a parameter, in quotes: readers differ in what is escaped there, and how. */
export function isPlainParameter(text: string): boolean {
  return /^[^"\\^\p{Cc}]*$/u.test(text);
}

/** A line of a vCard with its end, folded so that no character is taken apart. */
export function folded(line: string): string {
  if (line.length * 3 <= LINE_OCTETS) return `${line}\r\n`;
  const octets = Buffer.from(line);
  if (octets.length <= LINE_OCTETS) return `${line}\r\n`;
  const parts: string[] = [];
  for (let from = 0; from < octets.length;) {
    // The space before a line that goes on counts, too.
    let to = Math.min(from + LINE_OCTETS - (from === 0 ? 0 : 1), octets.length);
    while (to < octets.length && isWithinCharacter(octets[to] ?? 0)) to -= 1;
    parts.push(octets.toString('utf8', from, to));
    from = to;
  }
  return `${parts.join('\r\n ')}\r\n`;
}

function isWithinCharacter(octet: number): boolean {
  return (octet & 0b1100_0000) === 0b1000_0000;
}

function withoutControls(text: string): string {
  return text.replaceAll(/\r\n?/g, '\n').replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '');
}
