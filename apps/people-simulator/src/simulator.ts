import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { Churn } from './churn/churn.js';
import { answerControl } from './control/answer-control.js';
import { FaultBook } from './faults/fault-book.js';
import { type Answer } from './http/answer.js';
import { handleRequest } from './http/handle-request.js';
import { RequestLog } from './http/request-log.js';
import { AccessTokens } from './oauth/access-tokens.js';
import { Clients } from './oauth/clients.js';
import { CodeStore } from './oauth/code-store.js';
import { ServiceAccounts } from './oauth/service-accounts.js';
import { ListTokens } from './people-api/list-tokens.js';
import { Quota } from './people-api/quota.js';
import { type SimulatorOptions } from './simulator-options.js';
import { type SimulatorParts } from './simulator-parts.js';
import { AccountStore } from './storage/account-store.js';
import { GrantStore } from './storage/grant-store.js';
import { openDatabase } from './storage/open-database.js';
import { PersonStore } from './storage/person-store.js';
import { TokenSeal } from './storage/token-seal.js';

export { type SimulatorOptions } from './simulator-options.js';

/** A running simulator. */
export interface PeopleSimulator {
  /** `http://host:port`, without a slash at its end. */
  readonly url: string;
  readonly port: number;
  /**
   * A control call without HTTP, for a caller in the same process.
   *
   * @param path with its query
   * @param body to be sent as JSON
   */
  control(method: string, path: string, body?: unknown): Answer;
  /** Ends within a second, open connections or not. */
  stop(): Promise<void>;
}

const DEMO = 'demo';
const GRACE_MS = 500;
const WEEK_SECONDS = 7 * 24 * 3_600;

/**
 * Starts Google's People API and OAuth endpoints on a local port.
 * Throws an error named DataFolderUnusable, or node's EADDRINUSE and the like when it cannot listen.
 */
export async function startPeopleSimulator(options: SimulatorOptions): Promise<PeopleSimulator> {
  const parts = openParts(options);
  const log = options.log ?? (() => undefined);
  const server = createServer((request, response) => {
    handleRequest(request, response, parts).catch((error: unknown) => {
      log('a request failed inside the simulator', { error: String(error), url: request.url });
      if (!response.headersSent) response.writeHead(500).end();
      else response.destroy();
    });
  });
  server.keepAliveTimeout = 65_000;
  // Off, because a slow or hanging answer must last as long as the test wants.
  server.requestTimeout = 0;
  const host = options.host ?? '127.0.0.1';
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(options.port ?? 0, host, resolve);
    });
  } catch (error) {
    parts.database.close();
    throw error;
  }
  const { port } = server.address() as AddressInfo;
  if (options.churnEveryMs !== undefined) {
    parts.churn.start(DEMO, { everyMs: options.churnEveryMs, kinds: ['edit'] });
  }
  let stopped: Promise<void> | undefined;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    control: (method, path, body) =>
      answerControl(
        method,
        new URL(`http://simulator${path}`),
        body === undefined ? '' : JSON.stringify(body),
        parts,
      ),
    stop() {
      stopped ??= new Promise<void>((resolve) => {
        parts.churn.stopAll();
        const impatient = setTimeout(() => {
          server.closeAllConnections();
        }, GRACE_MS);
        server.close(() => {
          clearTimeout(impatient);
          parts.database.close();
          resolve();
        });
        server.closeIdleConnections();
      });
      return stopped;
    },
  };
}

function openParts(options: SimulatorOptions): SimulatorParts {
  const database = openDatabase(options.dataDir);
  const accounts = new AccountStore(database);
  const grants = new GrantStore(database);
  const persons = new PersonStore(database, accounts);
  const seal = new TokenSeal(database);
  const demo = { name: DEMO, persons: options.persons ?? 250, seed: options.seed };
  for (const draft of [demo, ...(options.accounts ?? [])]) {
    if (accounts.find(draft.name) !== undefined) continue;
    accounts.put({ persons: 0, ...draft });
    grants.ensureStanding(draft.name);
  }
  return {
    database,
    accounts,
    persons,
    grants,
    seal,
    codes: new CodeStore(database),
    clients: new Clients(options.clients ?? []),
    serviceAccounts: new ServiceAccounts(database),
    accessTokens: new AccessTokens(seal, accounts, grants, options.accessTokenLifetimeSeconds ?? 3_599),
    listTokens: new ListTokens(seal, (options.syncTokenLifetimeSeconds ?? WEEK_SECONDS) * 1_000),
    quota: new Quota(),
    faults: new FaultBook(),
    requests: new RequestLog(),
    churn: new Churn(accounts, persons),
  };
}
