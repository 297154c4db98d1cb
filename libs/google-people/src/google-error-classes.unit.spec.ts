import { describe, expect, it } from '@jest/globals';

import * as errors from './google-errors.js';
import { classOf, endsSignIn, GOOGLE_ERROR_CLASSES } from './google-error-classes.js';

type Concrete = new (message: string, retryAfterMs: number | null) => errors.GoogleError;

describe("The table of Google's errors", () => {
  const { GoogleError: _base, ...concrete } = errors;

  it.each(Object.entries(concrete))('tells what %s means', (name, type) => {
    const error = new (type as unknown as Concrete)('It went wrong', null);
    expect(classOf(error).type.name).toBe(name);
  });

  it('has nothing else', () => {
    expect(GOOGLE_ERROR_CLASSES.map(({ type }) => type.name).sort()).toEqual(Object.keys(concrete).sort());
  });

  it('ends a sign-in for what the token endpoint says of the person alone', () => {
    const ending = GOOGLE_ERROR_CLASSES.filter(({ reaction }) => reaction === 'end sign-in');
    expect(ending.map(({ type }) => type.name)).toEqual(['SubjectUnknown', 'SignInNeeded']);
    expect(endsSignIn(new errors.SignInNeeded('revoked'))).toBe(true);
    expect(endsSignIn(new errors.CredentialsTurnedAway('401'))).toBe(false);
    expect(endsSignIn(new Error('a bug'))).toBe(false);
  });

  it.each(GOOGLE_ERROR_CLASSES.map((row) => [row.type.name, row] as const))(
    'leaves nothing for anybody to do about %s if it passes, and names somebody if not',
    (_, { lasts, who, fault }) => {
      expect(who === 'nobody').toBe(lasts === 'passing');
      expect(fault === 'Google' || fault === 'network').toBe(lasts === 'passing');
    },
  );
});
