import { describe, expect, it } from '@jest/globals';

import { errorForLog, serializeError } from './error-for-log.js';

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
