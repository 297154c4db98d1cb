import { Socket, type SocketConstructorOpts } from 'node:net';

/** Before or after which statement a connection is cut. */
export interface Cut {
  /** 1 is the next statement, `begin` and `commit` included. */
  readonly statement: number;
  /** `before`: it was never sent. `after`: it is carried out, but nobody hears its answer. */
  readonly where: 'before' | 'after';
  /** `crash`: the process is gone, no new connection opens until {@link SeverableWire.revive}. `blip`: only the cut. */
  readonly kind: 'crash' | 'blip';
}

const QUERY = 'Q'.charCodeAt(0);
const PARSE = 'P'.charCodeAt(0);
const BIND = 'B'.charCodeAt(0);
const SYNC = 'S'.charCodeAt(0);

/**
 * One engine's sockets to PostgreSQL. They break at a statement that is chosen beforehand, as if the process were
 * killed, or the network failed, at that moment.
 */
export class SeverableWire {
  private readonly sockets = new Set<Socket>();
  private next: Cut | null = null;
  private count = 0;
  private dead = false;
  private cuts = 0;
  private cutting = Promise.withResolvers<Cut>();

  /** For pg's `stream` setting. */
  readonly open = (): Socket => {
    const socket = new WireSocket(this);
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket));
    return socket;
  };

  get isDead(): boolean {
    return this.dead;
  }

  get openSockets(): number {
    return this.sockets.size;
  }

  /** How often it was cut so far. */
  get cutCount(): number {
    return this.cuts;
  }

  /** @returns a promise of the cut; it stays pending if fewer statements are sent */
  arm(cut: Cut): Promise<Cut> {
    this.next = cut;
    this.count = 0;
    this.cutting = Promise.withResolvers<Cut>();
    return this.cutting.promise;
  }

  cutNow(cut: Cut): void {
    void this.arm(cut);
    this.sever();
  }

  /** Lets connections open again: a new process takes the place of the dead one. */
  revive(): void {
    this.dead = false;
    this.next = null;
  }

  /** @returns what has to happen to a statement that is about to be sent */
  statement(): 'send' | 'drop' | 'send and die' {
    if (this.next === null || ++this.count < this.next.statement) return 'send';
    return this.next.where === 'before' ? 'drop' : 'send and die';
  }

  sever(): void {
    const cut = this.next;
    if (cut === null) return;
    this.next = null;
    this.cuts += 1;
    this.dead = cut.kind === 'crash';
    for (const socket of this.sockets) socket.destroy(cutOff('the connection was cut'));
    this.cutting.resolve(cut);
  }
}

class WireSocket extends Socket {
  private dying = false;
  private parsed = false;

  constructor(
    private readonly wire: SeverableWire,
    options?: SocketConstructorOpts,
  ) {
    super(options);
  }

  override connect(...args: unknown[]): this {
    if (!this.wire.isDead) {
      super.connect(...(args as Parameters<Socket['connect']>));
      // Node.js puts its own write into each socket that connects.
      Reflect.deleteProperty(this, 'write');
      return this;
    }
    process.nextTick(() => this.destroy(cutOff('the process is dead')));
    return this;
  }

  /** pg sends a statement as one Query message, or as Parse, Bind, Describe, Execute and Sync; a prepared one has no Parse. */
  override write(chunk: Uint8Array, ...rest: unknown[]): boolean {
    const first = chunk[0];
    const begins = first === QUERY || first === PARSE || (first === BIND && !this.parsed);
    this.parsed = first === PARSE;
    if (!this.dying && begins) {
      const fate = this.wire.statement();
      if (fate === 'drop') {
        this.wire.sever();
        return false;
      }
      this.dying = fate === 'send and die';
    }
    if (!this.dying || (first !== QUERY && first !== SYNC)) {
      return super.write(...([chunk, ...rest] as unknown as Parameters<Socket['write']>));
    }
    return super.write(chunk, () => {
      this.wire.sever();
    });
  }
}

/** As the system reports it. */
function cutOff(message: string): Error {
  return Object.assign(new Error(message), { code: 'ECONNRESET' });
}
