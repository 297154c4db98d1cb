/**
 * What a terminal would take as a command (ESC, C0 and C1 controls, line ends, changes of the direction of writing)
 * becomes a space: names of contacts are written by anybody.
 */
export function safeText(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu, ' ').trim();
}
