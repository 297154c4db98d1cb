import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension, ApiHeader } from '@nestjs/swagger';

import { type AuditAction } from './audit-actions.js';
import { REASON_HEADER } from './audit-reason.js';

const AUDITED = 'contactstream:audited';

export interface AuditedRoute {
  readonly action: AuditAction;
  /** The action where that flag of the query is true. */
  readonly flags: Readonly<Record<string, AuditAction>>;
  /** Who calls is known only to the route itself, which begins the entry once it knows. */
  readonly isOpen: boolean;
  /**
   * The statement that its work begins with writes the entry, too: the one is not there without the other, and a round trip
   * less is waited for. Not where a flag gives it another action.
   */
  readonly withItsWork: boolean;
}

/**
 * What a route does, as the audit names it. Each route that is no GET needs one, and each that sends a command: others are
 * not carried out. null: it changes nothing, and is no GET only so that what is asked for is in no address.
 */
export function Audited(
  action: AuditAction | null,
  { flags = {}, isOpen = false, withItsWork = false }: Partial<Omit<AuditedRoute, 'action'>> = {},
): MethodDecorator {
  const route = action === null ? null : ({ action, flags, isOpen, withItsWork } satisfies AuditedRoute);
  if (action === null)
    return applyDecorators(SetMetadata(AUDITED, route), ApiExtension('x-audit-action', 'none'));
  return applyDecorators(
    SetMetadata(AUDITED, route),
    ApiExtension('x-audit-action', [action, ...Object.values(flags)].join(', ')),
    ApiHeader({
      name: REASON_HEADER,
      required: false,
      description: 'Why, for the audit: 1 to 200 characters',
    }),
  );
}

/** @returns undefined: the route does not say */
export function auditedRoute(handler: object): AuditedRoute | null | undefined {
  return Reflect.getMetadata(AUDITED, handler) as AuditedRoute | null | undefined;
}
