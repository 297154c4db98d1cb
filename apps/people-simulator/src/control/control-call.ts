import { prettifyError, type z } from 'zod';
import { type SimulatorParts } from '../simulator-parts.js';
import { type Account } from '../storage/account-store.js';

/** One call of the control API, its path already matched. */
export interface ControlCall {
  readonly parts: SimulatorParts;
  /** What the path's `{…}` stood for. */
  readonly name: string;
  readonly query: URLSearchParams;
  readonly body: string;
  readonly now: number;
}

export interface ControlAnswer {
  readonly status?: number;
  readonly body?: unknown;
}

export type ControlHandler = (call: ControlCall) => ControlAnswer;

/** A control call that cannot be done; the message says why. */
export class ControlError extends Error {
  override name = 'ControlError';

  constructor(
    readonly status: 400 | 403 | 404 | 405 | 409 | 413,
    message: string,
  ) {
    super(message);
  }
}

/** The account that `?account=` names, `demo` unless given. */
export function accountOf({ parts, query }: ControlCall): Account {
  const name = query.get('account') ?? 'demo';
  const account = parts.accounts.find(name);
  if (account === undefined) throw new ControlError(404, `There is no account "${name}".`);
  return account;
}

/** The body, checked; an empty one counts as `{}`. */
export function bodyOf<Schema extends z.ZodType>({ body }: ControlCall, schema: Schema): z.output<Schema> {
  let value: unknown;
  try {
    value = body.trim() === '' ? {} : JSON.parse(body);
  } catch (error) {
    throw new ControlError(
      400,
      `The body is not JSON: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  return checked(value, schema);
}

export function queryOf<Schema extends z.ZodType>({ query }: ControlCall, schema: Schema): z.output<Schema> {
  const values = Object.fromEntries([...query].filter(([name]) => name !== 'account'));
  return checked(values, schema);
}

function checked<Schema extends z.ZodType>(value: unknown, schema: Schema): z.output<Schema> {
  const result = schema.safeParse(value);
  if (!result.success) throw new ControlError(400, prettifyError(result.error));
  return result.data;
}
