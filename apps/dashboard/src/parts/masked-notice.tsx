import { signOut } from '../api/session.js';
import { Icon } from './icon.js';

/** Says why there are six dots where a name would be. @param name of the token or person; null: not known */
export function MaskedNotice({ name }: { readonly name: string | null }) {
  return (
    <section className="notice" aria-labelledby="masked">
      <Icon name="hidden" />
      <div>
        <h2 id="masked">{name ?? 'You'} may operate, but not read contacts</h2>
        <p>
          You see that something changed, which field, when and by which run, but no name and no value. To see
          them, sign in with the scope <code>read</code>.
        </p>
      </div>
      <div className="actions">
        <button className="btn" type="button" onClick={() => void signOut()}>
          Sign in anew
        </button>
      </div>
    </section>
  );
}
