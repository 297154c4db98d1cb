import { isDecodable } from './is-decodable.js';

const SCHEME = /^postgres(ql)?:\/\//;

const ENCODE =
  'a postgres:// URL in which each #, ?, / and % of the user and the password is percent-encoded ' +
  '(as %23, %3F, %2F and %25)';

/**
 * What is wrong with a URL of PostgreSQL, as what it must be; null: nothing is.
 *
 * A character that has a meaning in URLs ends the password early, and what is left of it is taken for a host, a
 * database or an option. So it is looked for where none of these has one.
 */
export function databaseUrlProblem(text: string): string | null {
  if (!SCHEME.test(text)) return 'a postgres:// URL';
  if (endsEarly(text.replace(SCHEME, '')) || !isDecodable(text)) return ENCODE;
  return URL.canParse(text) ? null : 'a postgres:// URL, with a port from 1 to 65535 if it has one';
}

function endsEarly(behindScheme: string): boolean {
  if (behindScheme.includes('#')) return true;
  const [, path = '', query = ''] = /^[^/?]*([^?]*)(.*)$/s.exec(behindScheme) ?? [];
  if (path.includes('@') || path.lastIndexOf('/') > 0) return true;
  const isOfOptions = /^(\?([a-z_]+=[^&]*(&|$))*)?$/i.test(query);
  return !isOfOptions || (query.includes('@') && path === '');
}
