const ID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** The id that somebody typed, as the service writes it; null: it is none. */
export function typedId(text: string): string | null {
  const id = text.trim();
  return ID.test(id) ? id.toLowerCase() : null;
}
