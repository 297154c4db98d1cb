import { z } from 'zod';
import { type Account, resourceOwnerOf } from '../storage/account-store.js';
import { standingTokenOf } from '../storage/grant-store.js';
import { bodyOf, type ControlAnswer, type ControlCall, ControlError } from './control-call.js';

const accountSchema = z.strictObject({
  persons: z.int().min(0).max(1_000_000),
  seed: z.int().min(0).max(0x7fffffff).optional(),
  email: z.email().optional(),
  displayName: z.string().min(1).optional(),
});

/** `GET /control/accounts` */
export function listAccounts({ parts }: ControlCall): ControlAnswer {
  return { body: { items: parts.accounts.all().map(accountView) } };
}

/** `PUT /control/accounts/{name}`: creates the account, or resets it to its seeded persons. */
export function putAccount(call: ControlCall): ControlAnswer {
  const { parts, name } = call;
  if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(name)) {
    throw new ControlError(400, 'An account name is 1 to 63 characters of a-z, 0-9 and "-".');
  }
  const draft = bodyOf(call, accountSchema);
  const existed = parts.accounts.find(name) !== undefined;
  parts.churn.stop(name);
  const account = parts.accounts.put({ name, ...draft });
  parts.grants.ensureStanding(name);
  return { status: existed ? 200 : 201, body: accountView(account) };
}

/** `DELETE /control/accounts/{name}` */
export function deleteAccount({ parts, name }: ControlCall): ControlAnswer {
  const account = parts.accounts.find(name);
  if (account === undefined) throw new ControlError(404, `There is no account "${name}".`);
  parts.churn.stop(name);
  parts.faults.clear(name);
  parts.accounts.delete(account);
  return { status: 204 };
}

function accountView(account: Account): Record<string, unknown> {
  return {
    name: account.name,
    email: account.email,
    displayName: account.displayName,
    sub: account.sub,
    resourceName: resourceOwnerOf(account),
    refreshToken: standingTokenOf(account.name),
    seed: account.seed,
    seededPersons: account.seeded,
    persons: account.live,
    changes: account.sequence,
  };
}
