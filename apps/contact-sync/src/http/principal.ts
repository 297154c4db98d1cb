import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { CodedError, type Scope } from '#platform';
import { type Request } from 'express';

/** Who asks, and what may be shown. */
export interface Principal {
  /** A program with a token, a person who signed in, or, where no tokens are configured, whoever calls. */
  readonly kind: 'token' | 'person' | 'anyone';
  readonly name: string;
  readonly scopes: ReadonlySet<Scope>;
  /** The one account that may be seen; null for all. */
  readonly accountId: string | null;
}

/** Without configured tokens, whoever reaches the loopback address. */
export const ANYONE: Principal = {
  kind: 'anyone',
  name: 'anyone',
  scopes: new Set<Scope>(['operate', 'read', 'admin']),
  accountId: null,
};

const principals = new WeakMap<Request, Principal>();

export function setPrincipal(request: Request, principal: Principal): void {
  principals.set(request, principal);
}

/** undefined for who came in without one, by an open path. */
export const principalIfAny = (request: Request): Principal | undefined => principals.get(request);

export function principalOf(request: Request): Principal {
  const principal = principals.get(request);
  if (principal === undefined) throw new Error('The request did not pass the check of API tokens');
  return principal;
}

/** The account filter that a principal may use. @throws CodedError account-not-found for another account than its own */
export function visibleAccount<T extends string | undefined>(principal: Principal, asked: T): T | string {
  if (principal.accountId === null) return asked;
  if (asked !== undefined && asked !== principal.accountId) {
    throw new CodedError('account-not-found', `There is no account ${asked}.`);
  }
  return principal.accountId;
}

export function maySee(principal: Principal, accountId: string): boolean {
  return principal.accountId === null || principal.accountId === accountId;
}

/** What is of an account that must not be seen does not exist for the principal. */
export function visible<T extends { readonly accountId: string }>(
  principal: Principal,
  found: T | null,
): T | null {
  return found !== null && maySee(principal, found.accountId) ? found : null;
}

/** @throws CodedError not-found for a token that is bound to one account: what is of all of them does not exist for it */
export function mayWorkOnAll(principal: Principal): void {
  if (principal.accountId === null) return;
  throw new CodedError('not-found', `The API token "${principal.name}" is bound to one account.`);
}

/** Hands the principal to a controller's method. */
export const AskedBy = createParamDecorator((_: unknown, context: ExecutionContext) =>
  principalOf(context.switchToHttp().getRequest<Request>()),
);
