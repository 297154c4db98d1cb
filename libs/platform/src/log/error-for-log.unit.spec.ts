import { describe, expect, it } from '@jest/globals';

import { errorForLog, serializeError } from './error-for-log.js';

const httpError = (more: object) => Object.assign(new Error('Lovelace is not permitted'), more);
const named = (name: string) => Object.assign(new Error('request to https://x.invalid failed'), { name });

function notJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    return error;
  }
}

describe('An error in the log', () => {
  it('shows no value that PostgreSQL quotes', () => {
    const error = Object.assign(new Error('invalid input syntax for type uuid: "Ada Lovelace"'), {
      code: '22P02',
    });
    expect(JSON.stringify(errorForLog(error))).not.toContain('Ada');
  });

  it('shows what is wrong with a connection', () => {
    const error = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' });
    expect(errorForLog(error)).toEqual({
      name: 'Error',
      code: 'ECONNREFUSED',
      message: 'connect ECONNREFUSED 127.0.0.1:1',
    });
  });

  it("shows Kafka's error type", () => {
    const error = Object.assign(new Error('too large'), { type: 'MESSAGE_TOO_LARGE' });
    expect(errorForLog(error).code).toBe('MESSAGE_TOO_LARGE');
  });

  it('tells where it happened and what caused it, and nothing else that hangs on it', () => {
    const refused = Object.assign(new Error('duplicate key value (Lovelace)'), {
      code: '23505',
      detail: 'Lovelace',
    });
    const error = Object.assign(new Error('Another writer was first', { cause: refused }), {
      config: { headers: { authorization: 'Bearer secret' } },
    });

    const shown = serializeError(error);

    expect(shown).toEqual({
      name: 'Error',
      code: null,
      message: 'Another writer was first',
      at: expect.arrayContaining([expect.stringContaining('error-for-log.unit.spec')]),
      cause: expect.objectContaining({ code: '23505', message: 'the database refused a value' }),
    });
    expect(JSON.stringify(shown)).not.toMatch(/Lovelace|secret/);
  });

  it.each([
    [
      'the words of a server',
      httpError({ code: 'Lovelace', response: { status: 403 } }),
      'it was answered with HTTP 403',
    ],
    ['the address of a request', named('GaxiosError'), 'the request failed'],
    ['the address that node-fetch names', named('FetchError'), 'the request failed'],
    ['the text that is no JSON', notJson('{"name":"Lovelace'), 'what was read is not well-formed'],
  ])('shows not %s, also as a cause', (_, error, message) => {
    expect(errorForLog(error).message).toBe(message);
    const shown = JSON.stringify(serializeError(new Error('Google is not available', { cause: error })));
    expect(shown).toContain(message);
    expect(shown).not.toMatch(/Lovelace|invalid/);
  });

  it('is shortened once', () => {
    const short = errorForLog(new Error('refused'));
    expect(serializeError(short)).toBe(short);
  });

  it('ends with its first line: the statement may follow', () => {
    expect(errorForLog(new Error("syntax error\nselect 'Ada'")).message).toBe('syntax error');
  });

  it('is told of what is no error, too', () => {
    expect(serializeError('Bearer secret')).toEqual({ name: 'unknown', code: null, message: 'not an error' });
  });
});
