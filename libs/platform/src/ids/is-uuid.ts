/** Whether PostgreSQL can take the text as a uuid: an id in a path that is none names nothing that exists. */
export function isUuid(text: string): boolean {
  return /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text);
}
