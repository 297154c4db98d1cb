import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';

/** What a proxy was asked for, such as `POST http://google.test/token` or `CONNECT google.test:443`. */
export interface ProxiedRequest {
  readonly what: string;
  readonly authorization: string | undefined;
}

/** A small HTTP proxy: plain requests go to one server, whatever host they name, and no tunnel is opened. */
export class ForwardProxy {
  readonly requests: ProxiedRequest[] = [];

  private constructor(private readonly server: Server) {}

  /** @param target where the plain requests go; its URL */
  static async to(target: string): Promise<ForwardProxy> {
    const server = createServer();
    const proxy = new ForwardProxy(server);
    server.on('request', (asked, answer) => {
      const { method, url = '', headers } = asked;
      proxy.requests.push({ what: `${method ?? ''} ${url}`, authorization: headers['proxy-authorization'] });
      const { pathname, search, host } = new URL(url);
      const onward = request(
        `${target}${pathname}${search}`,
        { method, headers: { ...headers, host } },
        (came) => {
          answer.writeHead(came.statusCode ?? 502, came.headers);
          came.pipe(answer);
        },
      );
      onward.on('error', () => answer.destroy());
      asked.pipe(onward);
    });
    server.on('connect', ({ url, headers }, socket) => {
      proxy.requests.push({ what: `CONNECT ${url ?? ''}`, authorization: headers['proxy-authorization'] });
      socket.end('HTTP/1.1 503 No tunnels here\r\n\r\n');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  /** As the variables take it, with a user and a password. */
  get url(): string {
    return `http://user:proxy-secret@127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }
}
