/** A pattern of LIKE for what contains a text; what would be a wildcard in it stands for itself. */
export function containing(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`;
}
