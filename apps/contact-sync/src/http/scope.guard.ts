import { type CanActivate, type ExecutionContext, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { CodedError, type Scope } from '#platform';
import { type Request } from 'express';

import { principalOf } from './principal.js';

const SCOPE = 'contactstream:scope';

/** What a token or a person must be allowed for a route; a route without it is for everyone who may enter. */
export const NeedsScope = (scope: Scope): MethodDecorator & ClassDecorator => SetMetadata(SCOPE, scope);

export class ScopeGuard implements CanActivate {
  private readonly reflector = new Reflector();

  canActivate(context: ExecutionContext): boolean {
    const scope = this.reflector.getAllAndOverride<Scope | undefined>(SCOPE, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (scope === undefined) return true;
    const { scopes, name } = principalOf(context.switchToHttp().getRequest<Request>());
    if (scopes.has(scope)) return true;
    throw new CodedError('scope-missing', `"${name}" does not have the scope ${scope}.`);
  }
}
