import { type DatabaseSync } from 'node:sqlite';

/** A service account with domain-wide delegation. */
export interface ServiceAccount {
  readonly email: string;
  /** PEM, of its RSA key. */
  readonly publicKey: string;
  /** Whose persons it may act for: those with an address of these domains. */
  readonly domains: readonly string[];
  readonly scopes: readonly string[];
}

/** The service accounts, durable. */
export class ServiceAccounts {
  constructor(private readonly database: DatabaseSync) {}

  /** Adds it, or gives it another key and other rights. */
  put({ email, publicKey, domains, scopes }: ServiceAccount): void {
    this.database
      .prepare(
        'INSERT OR REPLACE INTO serviceAccounts (email, publicKey, domains, scopes) VALUES (?, ?, ?, ?)',
      )
      .run(email, publicKey, JSON.stringify(domains), JSON.stringify(scopes));
  }

  find(email: string): ServiceAccount | undefined {
    const row = this.database.prepare('SELECT * FROM serviceAccounts WHERE email = ?').get(email);
    return (
      row && {
        email,
        publicKey: String(row.publicKey),
        domains: JSON.parse(String(row.domains)) as string[],
        scopes: JSON.parse(String(row.scopes)) as string[],
      }
    );
  }
}
