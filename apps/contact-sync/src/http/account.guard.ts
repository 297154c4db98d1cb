import { type CanActivate, type ExecutionContext, SetMetadata, type Type } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { CodedError } from '#platform';
import { type Request } from 'express';

import { type Principal, principalIn } from './principal.js';
import { type ProblemCode } from './problems.js';

const ACCOUNT = 'contactstream:account';

/** Finds out whose something is. */
export interface Owned {
  /** null: there is no such thing. */
  accountOf(id: string): Promise<string | null>;
}

/** `none`: the route tells nothing of any account. */
type Place = 'query' | 'body' | 'path' | 'none' | Thing;

interface Thing {
  readonly owner: Type<Owned>;
  readonly code: ProblemCode;
  readonly name: string;
}

/** Where a route has its account: as `accountId` in its query or its body, or as the `id` in its path. */
export const OfAccount = (place: Exclude<Place, Thing>): MethodDecorator & ClassDecorator =>
  SetMetadata(ACCOUNT, place);

/** The `id` in the path is of something that is of an account. @param code of what is not there, or is of another one */
export const OfItsAccount = (
  owner: Type<Owned>,
  code: ProblemCode,
  name: string,
): MethodDecorator & ClassDecorator => SetMetadata(ACCOUNT, { owner, code, name } satisfies Thing);

/**
 * The one rule for those who are bound to an account: a route shows them that account alone. What another one has does
 * not exist for them, and a route that does not say where its account stands is of all accounts, and closed to them.
 */
export class AccountGuard implements CanActivate {
  private readonly reflector = new Reflector();

  constructor(private readonly instanceOf: (owner: Type<Owned>) => Owned) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Request>();
    const principal = principalIn(request);
    if (principal === undefined || principal.accountId === null) return true;
    const place = this.reflector.getAllAndOverride<Place | undefined>(ACCOUNT, [
      context.getHandler(),
      context.getClass(),
    ]);
    await this.narrow(request, place, principal, principal.accountId);
    return true;
  }

  private async narrow(
    request: Request,
    place: Place | undefined,
    { name }: Principal,
    own: string,
  ): Promise<void> {
    switch (place) {
      case undefined:
        throw new CodedError(
          'not-found',
          `"${name}" is bound to one account, and this concerns all of them.`,
        );
      case 'none':
        return;
      case 'query':
        // Express makes it anew at each look.
        Object.defineProperty(request, 'query', { value: narrowed(request.query, own) });
        return;
      case 'body':
        request.body = narrowed((request.body ?? {}) as object, own);
        return;
      case 'path':
        narrowed({ accountId: request.params.id }, own);
        return;
      default:
        await this.checkOwner(String(request.params.id), place, own);
    }
  }

  private async checkOwner(id: string, { owner, code, name }: Thing, own: string): Promise<void> {
    if ((await this.instanceOf(owner).accountOf(id)) === own) return;
    throw new CodedError(code, `There is no ${name} ${id}.`);
  }
}

/** What was asked for, of the own account. @throws CodedError account-not-found where another one is asked for */
function narrowed<T extends object>(asked: T, own: string): T {
  const { accountId } = asked as { accountId?: unknown };
  if (accountId === undefined) return Array.isArray(asked) ? asked : { ...asked, accountId: own };
  if (typeof accountId === 'string' && accountId.toLowerCase() === own) return asked;
  throw new CodedError(
    'account-not-found',
    `There is no account ${typeof accountId === 'string' ? accountId : 'like that'}.`,
  );
}
