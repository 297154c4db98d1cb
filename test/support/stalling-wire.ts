import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A way to a PostgreSQL on which connections can come to stand still, without a word and without an end. */
export class StallingWire {
  private readonly sockets = new Set<Socket>();
  /** All that PostgreSQL has sent. */
  sent = '';

  private constructor(
    private readonly server: Server,
    private readonly database: URL,
  ) {}

  /** @param url of the database */
  static async to(url: string): Promise<StallingWire> {
    const server = createServer();
    const wire = new StallingWire(server, new URL(url));
    server.on('connection', (client) => {
      wire.join(client);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return wire;
  }

  get url(): string {
    const url = new URL(this.database);
    url.host = `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return url.toString();
  }

  /** What is connected now hears nothing more; new connections work. */
  stall(): void {
    for (const socket of this.sockets) {
      socket.unpipe();
      socket.pause();
    }
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  private join(client: Socket): void {
    const database = connect(Number(this.database.port), this.database.hostname);
    database.on('data', (bytes: Buffer) => {
      this.sent += bytes.toString('latin1');
    });
    for (const [socket, other] of [
      [client, database],
      [database, client],
    ] as const) {
      this.sockets.add(socket);
      socket.pipe(other);
      socket.on('error', () => other.destroy());
      socket.on('close', () => this.sockets.delete(socket));
    }
  }
}
