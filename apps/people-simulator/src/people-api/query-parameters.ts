import { invalidArgument } from './google-error.js';

/** Google's system parameters that have no effect here. */
const SYSTEM = ['alt', 'key', 'prettyPrint', 'quotaUser', '$.xgafv', 'uploadType', 'upload_protocol'];

/** Refuses a query with a name that the method does not have, as Google's front end does. */
export function refuseUnknownParameters(query: URLSearchParams, known: readonly string[]): void {
  for (const name of query.keys()) {
    if (known.includes(name) || SYSTEM.includes(name)) continue;
    throw invalidArgument(
      `Invalid JSON payload received. Unknown name "${name}": Cannot bind query parameter. ` +
        `Field '${name}' could not be found in request message.`,
    );
  }
}

/** The parameter's value; sent twice is a 400, left out or empty is undefined. */
export function singleParameter(query: URLSearchParams, name: string): string | undefined {
  const values = query.getAll(name);
  if (values.length > 1) {
    throw invalidArgument(`Invalid value at '${name}': Proto field is not repeating, cannot start list.`);
  }
  return values[0] === '' ? undefined : values[0];
}
