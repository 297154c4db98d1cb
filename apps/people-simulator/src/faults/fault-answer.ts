import { type RpcStatus } from '../people-api/google-error.js';
import { type Answer } from '../http/answer.js';
import { type FaultOf } from './fault-schema.js';

const RPC_STATUS: Partial<Record<number, RpcStatus>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  503: 'UNAVAILABLE',
};

const MESSAGES: Partial<Record<number, string>> = {
  429: "Quota exceeded for quota metric 'Critical read requests (Contact and Profile Reads)' and limit 'Critical read requests (Contact and Profile Reads) per minute per user' of service 'people.googleapis.com'.",
  500: 'Internal error encountered.',
  503: 'The service is currently unavailable.',
};

const REASONS: Partial<Record<number, string>> = { 429: 'RATE_LIMIT_EXCEEDED' };

/** The answer of a `status` fault, in Google's error shape unless a body is given. */
export function statusFaultAnswer(fault: FaultOf<'status'>, where: 'api' | 'token'): Answer {
  const { status: code } = fault;
  const message = fault.message ?? MESSAGES[code] ?? 'The simulator was told to fail.';
  const reason = fault.reason ?? REASONS[code];
  const headers = fault.retryAfter === undefined ? {} : { 'retry-after': String(fault.retryAfter) };
  if (fault.body !== undefined) return { status: code, headers, body: fault.body };
  if (where === 'token') {
    const error = { error: fault.reason ?? 'internal_failure', error_description: message };
    return { status: code, headers, body: JSON.stringify(error) };
  }
  const metadata = { service: 'people.googleapis.com' };
  const info = {
    '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
    reason,
    domain: 'googleapis.com',
    metadata,
  };
  const status = fault.errorStatus ?? RPC_STATUS[code] ?? 'UNKNOWN';
  const error = { code, message, status, ...(reason !== undefined && { details: [info] }) };
  return { status: code, headers, body: JSON.stringify({ error }, null, 2) };
}

/** A page from something between the client and Google: a captive portal, a proxy, Google's own front end. */
export function htmlFaultAnswer({ status }: FaultOf<'html'>): Answer {
  return {
    status,
    headers: { 'content-type': 'text/html; charset=UTF-8' },
    body: '<!DOCTYPE html><html lang="en"><title>Sign in to the network</title><p>Please accept the terms of use.</html>',
  };
}

/** The answer of something that wants the request, and what it carries, sent elsewhere. */
export function redirectFaultAnswer({ status, location }: FaultOf<'redirect'>): Answer {
  return { status, headers: { location }, body: '' };
}
