import { type CountryCode, isSupportedCountry } from 'libphonenumber-js/max';
import { z } from 'zod';

/** A country in which phone numbers are dialled, by its two letters (ISO 3166), of either case. */
export const country = z.string().transform((text, context): CountryCode => {
  const code = text.toUpperCase();
  if (isSupportedCountry(code)) return code;
  context.addIssue({ code: 'custom', message: 'the two letters of a country (ISO 3166), such as DE' });
  return z.NEVER;
});
