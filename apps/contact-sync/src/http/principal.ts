import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { type Principal, type Session } from '#access';
import { SCOPES } from '#platform';
import { type Request } from 'express';

export { type Principal } from '#access';

/** Where nobody has to say who he is, whoever reaches the loopback address. */
export const ANYONE: Principal = {
  kind: 'anyone',
  id: 'anyone',
  name: 'anyone',
  scopes: new Set(SCOPES),
  accountId: null,
};

/** By what a caller said who they are. */
export interface Credential {
  /** The same for the same one; tells nothing of it. */
  readonly key: string;
  /** Whose it is now; null once it counts no more. To look is no call by it. */
  readonly look: () => Promise<Principal | null>;
}

const principals = new WeakMap<Request, Principal>();
const sessions = new WeakMap<Request, Session>();
const credentials = new WeakMap<Request, Credential>();

export function setPrincipal(request: Request, principal: Principal): void {
  principals.set(request, principal);
}

export function setSession(request: Request, session: Session): void {
  setPrincipal(request, session.principal);
  sessions.set(request, session);
}

export function setCredential(request: Request, credential: Credential): void {
  credentials.set(request, credential);
}

/** null: nobody has to say who they are. */
export function credentialIn(request: Request): Credential | null {
  return credentials.get(request) ?? null;
}

/** null: the request came with a token, or with nothing. */
export function sessionOf(request: Request): Session | null {
  return sessions.get(request) ?? null;
}

/** undefined: the request was refused before it was known, or what was asked for is open to everybody. */
export function principalIn(request: Request): Principal | undefined {
  return principals.get(request);
}

export function principalOf(request: Request): Principal {
  const principal = principalIn(request);
  if (principal === undefined) throw new Error('The request did not pass the check of who asks');
  return principal;
}

/** Whether what one may see is what the other may. */
export function maySeeTheSame(one: Principal, other: Principal): boolean {
  return (
    one.accountId === other.accountId &&
    one.scopes.size === other.scopes.size &&
    [...one.scopes].every((scope) => other.scopes.has(scope))
  );
}

/** Hands the principal to a controller's method. */
export const AskedBy = createParamDecorator((_: unknown, context: ExecutionContext) =>
  principalOf(context.switchToHttp().getRequest<Request>()),
);
