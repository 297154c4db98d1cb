import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { databaseParts } from '#database';
import { boundSql, connectDatabase } from '#platform';

import { OwnPostgres } from '../support/own-postgres.js';
import { sql } from '../support/sql.js';
import { waitFor } from '../support/wait-for.js';

describe('A connection of the pool', () => {
  let postgres: OwnPostgres;
  beforeAll(async () => {
    postgres = await OwnPostgres.start();
    await certifyFor('localhost');
  });
  afterAll(() => postgres.stop());

  /** Makes the server show a certificate of that name, signed by itself. */
  const certifyFor = async (name: string): Promise<void> => {
    const { key, certificate } = postgres.tlsFiles;
    await promisify(execFile)('openssl', [
      ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', `/CN=${name}`],
      ...['-addext', `subjectAltName=DNS:${name}`, '-keyout', key, '-out', certificate],
    ]);
    postgres.ownTlsFiles();
    for (const statement of [
      `alter system set ssl_cert_file = '${certificate}'`,
      `alter system set ssl_key_file = '${key}'`,
      'alter system set ssl = on',
      'select pg_reload_conf()',
    ])
      await sql({ url: postgres.adminUrl }, statement);
  };
  const isEncrypted = async (query: string) => {
    const url = new URL(postgres.url);
    url.hostname = 'localhost';
    url.search = query;
    const orm = await connectDatabase(url.toString(), databaseParts);
    try {
      const [row] = await boundSql<{ ssl: boolean }>(
        orm.em.fork(),
        'select ssl from pg_stat_ssl where pid = pg_backend_pid()',
      );
      return row?.ssl;
    } finally {
      await orm.close();
    }
  };

  it('is encrypted as sslmode says', async () => {
    expect(await isEncrypted('')).toBe(false);
    expect(await isEncrypted('sslmode=disable')).toBe(false);
    expect(await isEncrypted('sslmode=no-verify')).toBe(true);
    expect(await isEncrypted(`sslmode=verify-full&sslrootcert=${postgres.tlsFiles.certificate}`)).toBe(true);
  });

  it('to a server whose certificate is not to be trusted, or of another name, does not come about', async () => {
    for (const mode of ['prefer', 'require', 'verify-ca', 'verify-full'])
      await expect(isEncrypted(`sslmode=${mode}`)).rejects.toThrow('certificate');
    await certifyFor('db.example');
    const trusted = `sslmode=verify-full&sslrootcert=${postgres.tlsFiles.certificate}`;
    const refused = async () => isEncrypted(trusted).then(() => '', String);
    await waitFor(async () => (await refused()).includes('db.example'), { what: 'the other certificate' });
  });
});
