interface Cookie {
  readonly value: string;
  readonly path: string;
}

/** A browser as far as signing in needs one: it keeps cookies and sends them along, and follows no redirect by itself. */
export class Browser {
  private readonly cookies = new Map<string, Cookie>();

  async open(url: string | URL, init: RequestInit = {}): Promise<Response> {
    const { pathname } = new URL(url);
    const cookie = [...this.cookies]
      .filter(([, { path }]) => pathname === path || pathname.startsWith(`${path.replace(/\/$/, '')}/`))
      .map(([name, { value }]) => `${name}=${value}`)
      .join('; ');
    const answer = await fetch(url, {
      ...init,
      redirect: 'manual',
      headers: { ...(init.headers as Record<string, string> | undefined), ...(cookie && { cookie }) },
    });
    for (const line of answer.headers.getSetCookie()) this.keep(line);
    return answer;
  }

  forgetCookies(): void {
    this.cookies.clear();
  }

  private keep(line: string): void {
    const [, name = '', value = ''] = /^([^=;]+)=([^;]*)/.exec(line) ?? [];
    const path = /; *path=([^;]+)/i.exec(line)?.[1] ?? '/';
    this.cookies.set(name, { value, path });
  }
}
