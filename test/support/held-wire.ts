import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

const PRODUCE = 0;

/** What happens to the answer to a produce request; the broker has the records in any case. */
type Answer = 'passes' | 'is lost' | { readonly errorCode: number };

/**
 * One client's way to a Kafka broker on 127.0.0.1. It can hold produce requests back, lose the answer to one together
 * with the connection, or put an error into one.
 *
 * The broker tells its clients where it listens; here they are told to come this way.
 */
export class HeldWire {
  private readonly sockets = new Set<Socket>();
  private gate: Promise<void> = Promise.resolve();
  private open: () => void = () => undefined;
  private caught = Promise.withResolvers<undefined>();
  private isHolding = false;
  private readonly answers: Answer[] = [];
  /** Produce requests that came this way. */
  requests = 0;

  private constructor(
    private readonly server: Server,
    private readonly brokerPort: number,
  ) {}

  /** @param broker 127.0.0.1:port */
  static async to(broker: string): Promise<HeldWire> {
    const server = createServer();
    const wire = new HeldWire(server, Number(broker.split(':')[1]));
    server.on('connection', (client) => {
      wire.connect(client);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return wire;
  }

  get broker(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** From now on produce requests wait here. @returns once there is one */
  hold(): Promise<undefined> {
    this.isHolding = true;
    this.caught = Promise.withResolvers<undefined>();
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.gate = promise;
    this.open = () => {
      resolve(undefined);
    };
    return this.caught.promise;
  }

  /** Sends on what waits, though its sender may be gone. */
  release(): void {
    this.isHolding = false;
    this.open();
  }

  /** The next produce requests are carried out, and answered like this. */
  answerNext(...answers: Answer[]): void {
    this.answers.push(...answers);
  }

  async close(): Promise<void> {
    this.release();
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  private get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  private connect(client: Socket): void {
    const broker = connect(this.brokerPort, '127.0.0.1');
    const fates = new Map<number, Answer>();
    this.join(client, broker);
    eachFrame(client, async (frame) => {
      if (frame.readInt16BE(4) === PRODUCE) {
        this.requests += 1;
        fates.set(frame.readInt32BE(8), this.answers.shift() ?? 'passes');
        if (this.isHolding) this.caught.resolve(undefined);
        await this.gate;
      }
      broker.write(frame);
    });
    eachFrame(broker, (frame) => {
      const fate = fates.get(frame.readInt32BE(4)) ?? 'passes';
      if (fate === 'is lost') {
        client.destroy();
        return;
      }
      if (fate !== 'passes') failFirstPartition(frame, fate.errorCode);
      this.redirect(frame);
      client.write(frame);
    });
  }

  /** A client that went away takes nothing with it that it has sent already. */
  private join(client: Socket, broker: Socket): void {
    for (const [socket, other] of [
      [client, broker],
      [broker, client],
    ] as const) {
      this.sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.sockets.delete(socket);
        void this.gate.then(() => other.end());
      });
    }
  }

  /**
   * In an answer an address is the host's length (of two bytes; in newer versions of one, and higher by one), the host,
   * and the port in four bytes.
   */
  private redirect(frame: Buffer): void {
    for (const host of ['\0\x09127.0.0.1', '\x0a127.0.0.1']) {
      const address = Buffer.concat([Buffer.from(host), int32(this.brokerPort)]);
      for (let at = frame.indexOf(address); at >= 0; at = frame.indexOf(address, at + 1)) {
        int32(this.port).copy(frame, at + address.length - 4);
      }
    }
  }
}

/** Calls one after the other, with the four bytes of the length in front. */
function eachFrame(socket: Socket, take: (frame: Buffer) => Promise<void> | void): void {
  let rest = Buffer.alloc(0);
  let taken: Promise<void> = Promise.resolve();
  socket.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 4 && rest.length >= 4 + rest.readInt32BE(0)) {
      const end = 4 + rest.readInt32BE(0);
      const frame = Buffer.from(rest.subarray(0, end));
      rest = rest.subarray(end);
      taken = taken.then(() => take(frame));
    }
  });
}

/** A produce answer: length, correlation id, topics (count, name), partitions (count, number, error code, …). */
function failFirstPartition(frame: Buffer, errorCode: number): void {
  // From version 9 on, lengths and counts are of one byte and higher by one, and tags stand before them.
  const isFlexible = frame[9] !== 0;
  const nameAt = isFlexible ? 10 : 12;
  const name = isFlexible ? nameLength(frame, nameAt) : 2 + frame.readInt16BE(nameAt);
  frame.writeInt16BE(errorCode, nameAt + name + (isFlexible ? 1 : 4) + 4);
}

/** With its length. From version 13 on a topic's id stands in place of its name. */
function nameLength(frame: Buffer, at: number): number {
  const length = frame[at] ?? 0;
  const isName = /^[\w.-]+$/.test(frame.toString('latin1', at + 1, at + length));
  return isName ? length : 16;
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
