import { type Context } from './context.js';
import { Failure, wrongUsage } from './failures.js';
import { allItems } from './rest/pages.js';
import { answerOf } from './rest/service.js';
import { type Account } from './words.js';

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** How somebody may name an account. */
export const ACCOUNT = 'its id, e-mail address or reference';

/** The option of lists by which one account's items are chosen. */
export const OF_ACCOUNT = ['--account <account>', `only those of this one: ${ACCOUNT}`] as const;

/**
 * The account that somebody means.
 *
 * @param named its id, or its reference, address or name, in full
 * @throws Failure where there is none, or several
 */
export async function findAccount(context: Context, named: string): Promise<Account> {
  if (ID.test(named)) {
    const { body } = await answerOf(
      context.api.GET('/api/accounts/{id}', { params: { path: { id: named } } }),
    );
    return body;
  }
  const found = await accountsCalled(context, named);
  const [account] = found;
  if (account === undefined) {
    throw new Failure(`No account is called ${named}.`, {
      code: 'account-not-found',
      next: 'List the accounts: contactstream accounts list',
    });
  }
  if (found.length > 1) {
    const ids = found.map(({ id }) => id).join(', ');
    throw wrongUsage(`${found.length} accounts are called ${named}.`, `Say which by its id: ${ids}`);
  }
  return account;
}

/** @returns its id; what is an id already is not asked for */
export async function accountIdOf(context: Context, named: string | undefined): Promise<string | undefined> {
  if (named === undefined || ID.test(named)) return named;
  return (await findAccount(context, named)).id;
}

async function accountsCalled({ api }: Context, named: string): Promise<readonly Account[]> {
  const found = await allItems<Account>((page) =>
    answerOf(api.GET('/api/accounts', { params: { query: { ...page, q: named } } })),
  );
  return found.filter((account) => isCalled(account, named));
}

function isCalled({ reference, email, name }: Account, named: string): boolean {
  return reference === named || name === named || email?.toLowerCase() === named.toLowerCase();
}
