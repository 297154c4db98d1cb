import { type TestGoogle } from '../support/service.js';
import { type Canaries } from './canary.js';

export interface DrivenFault {
  readonly name: string;
  readonly where: 'connections' | 'token' | 'batchGet';
  /** Ends the run at once, so that it may strike for ever; else it strikes once, and the run goes on. */
  readonly isFinal?: true;
  readonly fault: Readonly<Record<string, unknown>>;
}

/** What Google may answer, with a canary wherever there is room for free text. */
export function faults(canaries: Canaries): DrivenFault[] {
  const text = (what: string): string => canaries.put(`Google's ${what}`);
  const says = (status: number, name = String(status)) => ({
    kind: 'status',
    status,
    message: `${text(`message of ${name}`)} (${text(`address in the message of ${name}`)}@example.org)`,
    errorStatus: text(`status of ${name}`),
    reason: text(`reason of ${name}`),
  });
  const finalOf = (status: number): DrivenFault => ({
    name: `HTTP ${status}`,
    where: 'connections',
    isFinal: true,
    fault: says(status),
  });
  const once = (name: string, fault: object): DrivenFault => ({
    name,
    where: 'connections',
    fault: fault as DrivenFault['fault'],
  });
  const tooMany = says(429);
  const body = `<html>${text('web page')}</html>`;
  return [
    ...[400, 403, 404, 410, 451].map(finalOf),
    {
      name: 'a long rate limit',
      where: 'connections',
      isFinal: true,
      // Of the project's minute, it would keep back what the other faults are met by.
      fault: { ...tooMany, message: `${tooMany.message} per day`, retryAfter: 3_600 },
    },
    {
      name: 'the API, not enabled',
      where: 'connections',
      isFinal: true,
      fault: { ...says(403, 'SERVICE_DISABLED'), reason: 'SERVICE_DISABLED' },
    },
    ...[401, 408, 500, 503].map((status) => once(`HTTP ${status}, once`, says(status))),
    once('a web page', { kind: 'status', status: 502, body }),
    once('a redirect', { kind: 'redirect', location: `https://${text('redirect')}.example/` }),
    once('half a body', { kind: 'half-body' }),
    once('no JSON', { kind: 'invalid-json' }),
    once('a broken connection', { kind: 'reset' }),
    { name: 'a token endpoint that is down', where: 'token', fault: says(503, 'the token endpoint') },
    {
      name: 'a token endpoint that knows no such client',
      where: 'token',
      isFinal: true,
      fault: { ...says(401, 'invalid_client'), reason: 'invalid_client' },
    },
    {
      name: 'a token endpoint that refuses in free text',
      where: 'token',
      isFinal: true,
      fault: says(400, 'the token endpoint refusing'),
    },
    { name: 'no answer about who is absent', where: 'batchGet', isFinal: true, fault: says(403, 'batchGet') },
    {
      name: 'a sign-in that is over',
      where: 'token',
      isFinal: true,
      fault: { ...says(400, 'invalid_grant'), reason: 'invalid_grant' },
    },
  ];
}

const FOR_EVER = 1_000;

/** Has Google answer so during the work. */
export async function during(
  google: TestGoogle,
  driven: DrivenFault,
  work: () => Promise<void>,
): Promise<void> {
  const { where, fault, isFinal } = driven;
  const order = { where, fault, times: isFinal === true ? FOR_EVER : 1 };
  const { status, body } = await google.control('POST', '/control/faults', order);
  if (status !== 201) throw new Error(`${driven.name}: ${JSON.stringify(body)}`);
  if (where === 'token') await google.control('POST', '/control/access-tokens/expire');
  try {
    await work();
  } finally {
    await google.control('DELETE', '/control/faults');
  }
}
