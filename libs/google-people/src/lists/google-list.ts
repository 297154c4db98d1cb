import { type people_v1 } from '@googleapis/people';

/** A method of Google's client that answers with a page of a list. */
interface ListMethod {
  list(
    parameters: Readonly<Record<string, string | number | boolean>>,
    options: { readonly retry: false; readonly signal: AbortSignal },
  ): Promise<{ readonly data: unknown }>;
}

/** A method of Google's client that answers for items by their names. */
type LookUpMethod = (
  parameters: Readonly<Record<string, string | readonly string[]>>,
  options: { readonly retry: false; readonly signal: AbortSignal },
) => Promise<{ readonly data: unknown }>;

/** One of Google's lists that have a sync token: where it is, what is asked of its items, and where the answer has them. */
export interface GoogleList {
  /** The fields of each item that are asked for. A sync token belongs to the fields that it was obtained with. */
  readonly fields: readonly string[];
  /** What its items are, for messages. */
  readonly items: string;
  /** The member of the answer that holds the items. */
  readonly member: string;
  /** What requests of it are called in traces. */
  readonly routes: { readonly list: string; readonly lookUp: string };
  /** The same on every request. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly method: (people: people_v1.People) => ListMethod;
  /** How single items are asked for, with the same fields and sources as the list. */
  readonly lookUp: (people: people_v1.People) => LookUpMethod;
}

/** Tells requests apart whose tokens are not interchangeable. */
export function requestFingerprint({ fields }: GoogleList, pageSize: number): string {
  return JSON.stringify({ personFields: fields, pageSize });
}
