import { randomInt } from 'node:crypto';

import { type Account } from '#accounts';
import { CodedError } from '#platform';
import { z } from 'zod';

/** It is on this machine. */
const ANSWER_MS = 5_000;

const LOOPBACK = /^(127(\.\d+){3}|localhost|\[::1\])$/;

const accountsSchema = z.object({
  items: z.array(z.object({ name: z.string(), email: z.string(), sub: z.string() })),
});
const changedSchema = z.object({ resourceName: z.string() });

/** What may become of a person whom the simulator chooses. */
export const CHANGES_OF_SOMEBODY = ['updated', 'created', 'deleted'] as const;
/** What may become of one person. */
export const CHANGES_OF_ONE = ['updated', 'deleted', 'renamed', 'merged', 'restored'] as const;

export type SimulatedChange =
  | { readonly change: (typeof CHANGES_OF_SOMEBODY)[number]; readonly resourceName?: undefined }
  | { readonly change: Exclude<(typeof CHANGES_OF_ONE)[number], 'merged'>; readonly resourceName: string }
  | { readonly change: 'merged'; readonly resourceName: string; readonly into: string };

const KINDS = { updated: 'edit', created: 'create', deleted: 'delete' } as const;

interface ControlCall {
  readonly method: 'POST' | 'PATCH' | 'DELETE';
  /** Behind `/control/persons/`. */
  readonly path: string;
  readonly body?: object;
  /** The person's name afterwards; left out: the answer has it. */
  readonly becomes?: string;
}

function callFor(asked: SimulatedChange): ControlCall {
  if (asked.resourceName === undefined)
    return { method: 'POST', path: 'change-one', body: { kind: KINDS[asked.change] } };
  const id = idOf(asked.resourceName);
  switch (asked.change) {
    case 'updated':
      return {
        method: 'PATCH',
        path: id,
        body: { nicknames: [{ value: `Nick ${randomInt(1_000_000)}` }] },
        becomes: asked.resourceName,
      };
    case 'deleted':
      return { method: 'DELETE', path: id, becomes: asked.resourceName };
    case 'renamed': {
      const newResourceName = `people/c${randomInt(2 ** 47)}`;
      return {
        method: 'POST',
        path: `${id}/rename`,
        body: { newResourceName, tombstone: true },
        becomes: newResourceName,
      };
    }
    case 'merged':
      return {
        method: 'POST',
        path: `${id}/merge`,
        body: { into: idOf(asked.into), tombstone: true },
        becomes: asked.resourceName,
      };
    case 'restored':
      return { method: 'POST', path: `${id}/restore`, body: {}, becomes: asked.resourceName };
  }
}

function idOf(resourceName: string): string {
  return encodeURIComponent(resourceName.replace(/^people\//, ''));
}

/** The people simulator in Google's place: it is on this machine, and answers as the simulator does. */
export class PeopleSimulator {
  private readonly origin: string | null;

  /** @param peopleApiUrl where the service asks for contacts */
  constructor(peopleApiUrl: string) {
    const { protocol, hostname, origin } = new URL(peopleApiUrl);
    this.origin = protocol === 'http:' && LOOPBACK.test(hostname) ? origin : null;
  }

  /**
   * Changes one person of an account: the one who is named, else one whom the simulator chooses.
   *
   * @returns the resource name, after the change
   * @throws CodedError not-found where Google is not simulated, or there is nobody to change; google-unavailable
   */
  async change(account: Account, change: SimulatedChange): Promise<string> {
    const items = await this.accounts();
    const simulated = items.find(
      ({ sub, email }) => sub === account.googleSubject || email === account.delegatedSubject,
    );
    if (simulated === undefined) throw notSimulated(`the account ${account.id} is none of the simulator's`);
    const { method, path, body, becomes } = callFor(change);
    const query = `account=${encodeURIComponent(simulated.name)}`;
    const answer = await this.call(`/control/persons/${path}?${query}`, method, body);
    if (answer.status === 404 || answer.status === 409) {
      throw new CodedError(
        'not-found',
        change.resourceName === undefined
          ? 'The simulated account has nobody who could be changed: create somebody.'
          : `${change.resourceName} cannot be ${change.change}: nobody of the simulated account is called so, or they are deleted, or are not.`,
      );
    }
    return becomes ?? changedSchema.parse(answer.body).resourceName;
  }

  private async accounts(): Promise<z.infer<typeof accountsSchema>['items']> {
    if (this.origin === null) throw notSimulated('PEOPLE_API_URL leads to Google');
    const { body } = await this.call('/control/accounts', 'GET');
    const read = accountsSchema.safeParse(body);
    if (!read.success) throw notSimulated('what PEOPLE_API_URL leads to is no simulator');
    return read.data.items;
  }

  private async call(
    path: string,
    method: ControlCall['method'] | 'GET',
    body?: object,
  ): Promise<{ status: number; body: unknown }> {
    try {
      const answer = await fetch(`${this.origin ?? ''}${path}`, {
        signal: AbortSignal.timeout(ANSWER_MS),
        redirect: 'error',
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      return { status: answer.status, body: isJson(answer) && text !== '' ? JSON.parse(text) : null };
    } catch (error) {
      const message = 'The people simulator does not answer; start it anew.';
      throw new CodedError('google-unavailable', message, {}, { cause: error });
    }
  }
}

function isJson({ headers }: Response): boolean {
  return headers.get('content-type')?.includes('json') === true;
}

function notSimulated(why: string): CodedError {
  return new CodedError(
    'not-found',
    `Persons can be changed from here only where Google is simulated, and ${why}.`,
  );
}
