import { type OAuthClient } from './oauth/clients.js';

/** One account that the simulator has from its start; persons default to none, the seed to one of its own. */
interface SimulatorAccount {
  readonly name: string;
  /** 0 to 1,000,000 */
  readonly persons?: number;
  readonly seed?: number;
  readonly email?: string;
  readonly displayName?: string;
}

/** A log line; never contact data. */
type SimulatorLog = (message: string, details?: Record<string, unknown>) => void;

export interface SimulatorOptions {
  /** Default 127.0.0.1. The control API has no password: another host opens it to everybody who reaches it. */
  readonly host?: string;
  /** Default 0: any free port. */
  readonly port?: number;
  readonly dataDir: string;
  /** Seeded persons of account `demo` when it is created, 0 to 1,000,000; default 250. */
  readonly persons?: number;
  /** The seed of account `demo` when it is created. */
  readonly seed?: number;
  /** Further accounts; one that the data folder already has is left as it is. */
  readonly accounts?: readonly SimulatorAccount[];
  /** OAuth clients; with none, every client id and secret is taken, and browsers are sent to loopback addresses only. */
  readonly clients?: readonly OAuthClient[];
  /** Starts churn on account `demo`: one change every so many milliseconds. */
  readonly churnEveryMs?: number;
  /** Default 3599, as at Google. */
  readonly accessTokenLifetimeSeconds?: number;
  /** Default 604800: 7 days, as at Google. */
  readonly syncTokenLifetimeSeconds?: number;
  readonly log?: SimulatorLog;
}
