import { type ExecutionContext } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { lastValueFrom, map, of } from 'rxjs';

import { identifyRequest } from '../http/request-id.js';
import { Audited } from './audited.js';
import { AUDITED_COMMANDS } from './audited-commands.js';
import { AuditedRoutes } from './audited-routes.js';
import { Refusals } from './refusals.js';
import { auditEntryToWrite } from './request-audit.js';

const log = { debug: () => undefined, error: () => undefined, info: () => undefined };

class Routes {
  forgotten(): void {
    // Says nothing of the audit.
  }

  @Audited('run.cancel')
  told(): void {
    // Says what it is.
  }

  @Audited('sign-in.complete', { isOpen: true })
  open(): void {
    // Begins its entry itself.
  }

  @Audited('sync.run', { withItsWork: true })
  forgetful(): void {
    // Hands its entry to no statement.
  }

  @Audited('sync.run', { withItsWork: true })
  handing(): void {
    auditEntryToWrite();
  }

  @Audited(null)
  read(): void {
    // Changes nothing.
  }
}

const trail = { begin: () => Promise.resolve('id'), settle: () => Promise.resolve() };

/** @returns what becomes of a request whose route sends a command, and begins no entry itself */
async function send(route: keyof Routes, method: string): Promise<unknown> {
  const request = { method, path: '/api/somewhere', query: {}, params: {}, get: () => undefined };
  const response = { once: () => undefined };
  const context = {
    getHandler: () => Reflect.get(Routes.prototype, route) as object,
    switchToHttp: () => ({ getRequest: () => request, getResponse: () => response }),
  } as unknown as ExecutionContext;
  const handler = {
    handle: () =>
      of(null).pipe(
        map(() => {
          new Routes()[route]();
          AUDITED_COMMANDS.publish(new Routes());
          return 'sent';
        }),
      ),
  };
  const rule = new AuditedRoutes();
  identifyRequest(request as never, { set: () => undefined } as never, () => undefined);
  new Refusals(trail as never, log as never).watch(request as never, response as never, () => undefined);
  rule.canActivate(context);
  return lastValueFrom(rule.intercept(context, handler));
}

describe('A route that says nothing of the audit', () => {
  it.each(['POST', 'PUT', 'PATCH', 'DELETE'])('is not carried out for %s', async (method) => {
    await expect(send('forgotten', method)).rejects.toThrow('has no @Audited');
  });

  it('sends no command, not even for GET', async () => {
    await expect(send('forgotten', 'GET')).rejects.toThrow('without an entry of the audit');
  });

  it('sends none where it says that it changes nothing', async () => {
    await expect(send('read', 'POST')).rejects.toThrow('without an entry of the audit');
  });
});

describe('A command', () => {
  it('is sent by a route that names its action, or that begins its entry itself', async () => {
    expect(await send('told', 'POST')).toBe('sent');
    expect(await send('open', 'GET')).toBe('sent');
  });

  it('is sent by a route that writes its entry with its work, once that has the entry', async () => {
    expect(await send('handing', 'POST')).toBe('sent');
    await expect(send('forgetful', 'POST')).rejects.toThrow('without an entry of the audit');
  });

  it('is sent where no request asks for it', () => {
    expect(() => {
      AUDITED_COMMANDS.publish(new Routes());
    }).not.toThrow();
  });
});
