import { BASE } from '../base.js';
import { Icon } from './icon.js';

/** Leads to Google, where whoever sits here gives access to their contacts. */
export function GoogleSignIn({ isBig = false }: { readonly isBig?: boolean }) {
  return (
    <div className="actions">
      <a className={isBig ? 'btn primary big' : 'btn primary'} href={`${BASE}/api/auth/google`}>
        <Icon name="ext" />
        Sign in with Google
      </a>
    </div>
  );
}
