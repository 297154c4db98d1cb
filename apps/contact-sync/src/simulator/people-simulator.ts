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

export const SIMULATED_CHANGES = ['updated', 'created', 'deleted'] as const;
export type SimulatedChange = (typeof SIMULATED_CHANGES)[number];

const KINDS = { updated: 'edit', created: 'create', deleted: 'delete' } as const;

/** The people simulator in Google's place: it is on this machine, and answers as the simulator does. */
export class PeopleSimulator {
  private readonly origin: string | null;

  /** @param peopleApiUrl where the service asks for contacts */
  constructor(peopleApiUrl: string) {
    const { protocol, hostname, origin } = new URL(peopleApiUrl);
    this.origin = protocol === 'http:' && LOOPBACK.test(hostname) ? origin : null;
  }

  /**
   * Changes one person of an account, whom the simulator chooses.
   *
   * @returns the resource name
   * @throws CodedError not-found where Google is not simulated, or there is nobody to change; google-unavailable
   */
  async change(account: Account, change: SimulatedChange): Promise<string> {
    const items = await this.accounts();
    const simulated = items.find(
      ({ sub, email }) => sub === account.googleSubject || email === account.delegatedSubject,
    );
    if (simulated === undefined) throw notSimulated(`the account ${account.id} is none of the simulator's`);
    const path = `/control/persons/change-one?account=${encodeURIComponent(simulated.name)}`;
    const answer = await this.call(path, { kind: KINDS[change] });
    if (answer.status === 409) {
      throw new CodedError(
        'not-found',
        'The simulated account has nobody who could be changed: create somebody.',
      );
    }
    return changedSchema.parse(answer.body).resourceName;
  }

  private async accounts(): Promise<z.infer<typeof accountsSchema>['items']> {
    if (this.origin === null) throw notSimulated('PEOPLE_API_URL leads to Google');
    const { body } = await this.call('/control/accounts');
    const read = accountsSchema.safeParse(body);
    if (!read.success) throw notSimulated('what PEOPLE_API_URL leads to is no simulator');
    return read.data.items;
  }

  private async call(path: string, body?: object): Promise<{ status: number; body: unknown }> {
    try {
      const answer = await fetch(`${this.origin ?? ''}${path}`, {
        signal: AbortSignal.timeout(ANSWER_MS),
        redirect: 'error',
        ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      return { status: answer.status, body: isJson(answer) ? JSON.parse(text) : null };
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
