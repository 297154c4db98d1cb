/** An environment variable's value; one that is set to nothing counts as not set, as in the service. */
export function setting(name: string): string | undefined {
  const value = process.env[name];
  return value === '' ? undefined : value;
}

/** Whether the service will find a value, in the variable or in the file that `<name>_FILE` names. */
export function isSet(name: string): boolean {
  return (setting(name) ?? setting(`${name}_FILE`)) !== undefined;
}
