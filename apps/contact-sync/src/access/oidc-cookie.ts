import { type SignInSecret } from '#access';
import { type Request, type Response } from 'express';
import { z } from 'zod';

import { cookieIn } from '../http/cookie-in.js';

const SIGN_IN_MS = 600_000;

const secretSchema = z.object({ state: z.string(), nonce: z.string(), codeVerifier: z.string() });

/** Where the provider sends browsers back. */
export function oidcCallbackUrl(publicUrl: string): string {
  return `${publicUrl}/api/session/oidc/callback`;
}

/** Has the browser keep the secret of a sign-in. `lax`, because it is the provider's page that leads back. */
export function keepSignIn(response: Response, secret: SignInSecret, publicUrl: string): void {
  const value = Buffer.from(JSON.stringify(secret)).toString('base64url');
  response.cookie(nameOf(secret.state), value, { ...optionsAt(publicUrl), maxAge: SIGN_IN_MS });
}

export function forgetSignIn(response: Response, { state }: SignInSecret, publicUrl: string): void {
  response.clearCookie(nameOf(state), optionsAt(publicUrl));
}

/** The secret that the browser keeps for that state; null: it did not begin this sign-in, or too long ago. */
export function keptSignIn(request: Request, state: string): SignInSecret | null {
  const value = cookieIn(request, nameOf(state)) ?? '';
  try {
    const kept = secretSchema.parse(JSON.parse(Buffer.from(value, 'base64url').toString()));
    return kept.state === state ? kept : null;
  } catch {
    return null;
  }
}

function optionsAt(publicUrl: string) {
  const { protocol, pathname } = new URL(oidcCallbackUrl(publicUrl));
  return { httpOnly: true, sameSite: 'lax' as const, secure: protocol === 'https:', path: pathname };
}

/** Each sign-in has its own, so that one in another tab does not take its place. */
function nameOf(state: string): string {
  return `contactstream-oidc-${state.replaceAll(/[^\w-]/g, '').slice(0, 12)}`;
}
