/** An environment variable's value; one that is set to nothing counts as not set, as in the service. */
export function setting(name: string): string | undefined {
  const value = process.env[name];
  return value === '' ? undefined : value;
}
