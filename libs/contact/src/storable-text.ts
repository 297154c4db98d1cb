/** PostgreSQL's text and jsonb refuse U+0000 and lone surrogates: the first is removed, the others become U+FFFD. */
export function storableText(text: string): string {
  return text.replaceAll('\u0000', '').toWellFormed();
}
