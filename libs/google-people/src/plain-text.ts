/**
 * A text that can be stored as it came; null for anything else: PostgreSQL refuses U+0000 and lone surrogates.
 *
 * @param longest in UTF-16 units
 */
export function text(value: unknown, longest = Infinity): string | null {
  return typeof value === 'string' &&
    value !== '' &&
    value.length <= longest &&
    value.isWellFormed() &&
    !value.includes('\u0000')
    ? value
    : null;
}
