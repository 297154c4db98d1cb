import { type AddressInfo, createServer, type Server } from 'node:net';

import { describe, expect, it } from '@jest/globals';
import { DriverException } from '@mikro-orm/postgresql';
import pg from 'pg';

import { isPassing } from './passing-error.js';

const sqlState = (code: string) => Object.assign(new Error('said by PostgreSQL'), { code });

describe('An error of the database', () => {
  it.each([
    '08006', // connection_failure
    '25006', // read_only_sql_transaction
    '25P03', // idle_in_transaction_session_timeout
    '25P04', // transaction_timeout
    '40001', // serialization_failure
    '40P01', // deadlock_detected
    '53100', // disk_full
    '53200', // out_of_memory
    '53300', // too_many_connections
    '55P03', // lock_not_available
    '57014', // query_canceled
    '57P01', // admin_shutdown
    '57P03', // cannot_connect_now
  ])('passes: SQLSTATE %s', (code) => {
    expect(isPassing(sqlState(code))).toBe(true);
  });

  it.each([
    '22P02', // invalid_text_representation
    '23505', // unique_violation
    '25P02', // in_failed_sql_transaction
    '40002', // transaction_integrity_constraint_violation
    '42P01', // undefined_table
    '55000', // object_not_in_prerequisite_state
    'LE001', // a lease that is lost
    'P0001', // raise_exception
    'XX000', // internal_error
  ])('does not pass: SQLSTATE %s', (code) => {
    expect(isPassing(sqlState(code))).toBe(false);
  });

  it.each(['ECONNRESET', 'EPIPE', 'EHOSTUNREACH', 'ENETDOWN', 'ENETRESET', 'EAI_AGAIN'])(
    'passes: %s of a socket',
    (code) => {
      expect(isPassing(Object.assign(new Error('write'), { code }))).toBe(true);
    },
  );

  it.each([
    ['an error of the program', new TypeError('undefined is not a function')],
    ['a file that is not there', Object.assign(new Error('open'), { code: 'ENOENT' })],
    ['what is no error', '57P01'],
    // The driver's, as MikroORM hands them on: without a code, but not about a connection.
    [
      'a value that cannot be sent',
      new DriverException(new TypeError('Converting circular structure to JSON')),
    ],
    ['a certificate that is refused', Object.assign(new Error('expired'), { code: 'CERT_HAS_EXPIRED' })],
  ])('is none: %s', (_, error) => {
    expect(isPassing(error)).toBe(false);
  });
});

describe('A connection passes that', () => {
  const errorOf = async (config: pg.ClientConfig): Promise<unknown> => {
    const client = new pg.Client({ host: '127.0.0.1', user: 'nobody', database: 'none', ...config });
    client.on('error', () => undefined);
    return client.connect().then(
      () => undefined,
      (error: unknown) => error,
    );
  };
  const listening = async (server: Server): Promise<number> => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  };
  const close = (server: Server) => new Promise((resolve) => server.close(resolve));

  it('is refused', async () => {
    const server = createServer();
    const port = await listening(server);
    await close(server);
    expect(isPassing(await errorOf({ port }))).toBe(true);
  });

  it('was closed while somebody held it', async () => {
    const client = new pg.Client({ host: '127.0.0.1', port: 1 });
    await client.end();
    const error: unknown = await client.query('select 1').catch((refusal: unknown) => refusal);
    expect((error as Error).message).toBe('Client was closed and is not queryable');
    expect(isPassing(error)).toBe(true);
  });

  it('has no address', async () => {
    expect(isPassing(await errorOf({ host: 'database.invalid' }))).toBe(true);
  });

  it.each([
    [
      'is closed',
      (end: () => void) => {
        end();
      },
    ],
    ['does not answer in time', () => undefined],
  ])('%s', async (_, meet) => {
    const sockets = new Set<{ destroy: () => void }>();
    const server = createServer((socket) => {
      sockets.add(socket.on('error', () => undefined));
      socket.once('data', () => {
        meet(() => socket.end());
      });
    });
    const port = await listening(server);
    const error = await errorOf({ port, connectionTimeoutMillis: 200 });
    for (const socket of sockets) socket.destroy();
    await close(server);
    expect(error).toBeInstanceOf(Error);
    expect(isPassing(error)).toBe(true);
  });
});
