import { chmodSync, chownSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../apps/local/src/embedded-postgres.js';
import { findPostmaster } from '../../apps/local/src/postgres/postmaster.js';

/** A PostgreSQL of its own, whose processes can be stopped: it accepts connections then, and answers nothing. */
export class OwnPostgres {
  private frozen: number[] = [];

  private constructor(
    private readonly folder: string,
    private readonly server: EmbeddedPostgres,
  ) {}

  static async start(): Promise<OwnPostgres> {
    const folder = await mkdtemp(join(tmpdir(), 'contactstream-postgres-'));
    // Run by root, PostgreSQL is another user and has to pass through.
    chmodSync(folder, 0o711);
    return new OwnPostgres(
      folder,
      await startEmbeddedPostgres({ folder: join(folder, 'postgres'), durable: false }),
    );
  }

  /** Of its one database. */
  get url(): string {
    return this.server.url;
  }

  /** The same as the server's superuser. */
  get adminUrl(): string {
    return this.server.adminUrl;
  }

  /** Where a key and a certificate for TLS may be put. */
  get tlsFiles(): { readonly key: string; readonly certificate: string } {
    const folder = join(this.folder, 'postgres', 'cluster');
    return { key: join(folder, 'server.key'), certificate: join(folder, 'server.crt') };
  }

  /** Gives them to the server, which takes no key that others may read. */
  ownTlsFiles(): void {
    const { uid, gid } = statSync(join(this.folder, 'postgres', 'cluster'));
    for (const file of Object.values(this.tlsFiles)) {
      chmodSync(file, 0o600);
      chownSync(file, uid, gid);
    }
  }

  freeze(): void {
    const postmaster = findPostmaster(join(this.folder, 'postgres', 'cluster'))?.pid;
    if (postmaster === undefined) throw new Error('PostgreSQL does not run');
    // First the one that makes the others.
    process.kill(postmaster, 'SIGSTOP');
    this.frozen = [postmaster, ...childrenOf(postmaster)];
    for (const pid of this.frozen.slice(1)) process.kill(pid, 'SIGSTOP');
  }

  thaw(): void {
    // Last the one that made the others: until then it can't clear away one that has ended, and each can be signalled.
    for (const pid of this.frozen.splice(0).reverse()) process.kill(pid, 'SIGCONT');
  }

  async stop(): Promise<void> {
    this.thaw();
    await this.server.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && parentOf(name) === parent)
    .map(Number);
}

/** The second word behind the name in brackets. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function parentOf(pid: string): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return null;
  }
}
