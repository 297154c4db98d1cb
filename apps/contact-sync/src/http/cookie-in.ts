import { type Request } from 'express';

/** The value of a cookie that a browser sends. */
export function cookieIn({ headers }: Request, name: string): string | undefined {
  const start = `${name}=`;
  const cookies = (headers.cookie ?? '').split(';').map((cookie) => cookie.trim());
  return cookies.find((cookie) => cookie.startsWith(start))?.slice(start.length);
}
