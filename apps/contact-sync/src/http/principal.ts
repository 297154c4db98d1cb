import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { type Scope } from '#platform';
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

/** undefined: what was asked for is open to everybody. */
export function principalIn(request: Request): Principal | undefined {
  return principals.get(request);
}

export function principalOf(request: Request): Principal {
  const principal = principalIn(request);
  if (principal === undefined) throw new Error('The request did not pass the check of API tokens');
  return principal;
}

/** Hands the principal to a controller's method. */
export const AskedBy = createParamDecorator((_: unknown, context: ExecutionContext) =>
  principalOf(context.switchToHttp().getRequest<Request>()),
);
