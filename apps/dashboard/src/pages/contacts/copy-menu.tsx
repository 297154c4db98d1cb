import { type Contact, isMasked, type MaskedContact } from '../../api/contacts.js';
import { Icon } from '../../parts/icon.js';
import { Menu } from '../../parts/menu.js';
import { tell } from '../../shell/toasts.js';
import { useAddress } from '../../shell/address.js';
import { vCard } from '../../words/v-card.js';

/** What can be taken elsewhere of a contact. */
export function CopyMenu({ contact }: { readonly contact: Contact | MaskedContact }) {
  const { href } = useAddress();
  const copy = (text: string, what: string) => () => {
    if (!('clipboard' in navigator)) {
      tell('This browser gives no clipboard to pages that came without TLS');
      return;
    }
    void navigator.clipboard.writeText(text).then(() => {
      tell(`${what} is copied`);
    });
  };
  return (
    <Menu
      className="btn sm"
      button={
        <>
          Copy <Icon name="down" />
        </>
      }
    >
      <button type="button" onClick={copy(JSON.stringify(contact, null, 2), 'The contact as JSON')}>
        As JSON
      </button>
      {!isMasked(contact) && (
        <button type="button" onClick={copy(vCard(contact), 'The contact as vCard')}>
          As vCard
        </button>
      )}
      <button
        type="button"
        onClick={copy(new URL(href({ v: String(contact.version) }), location.href).href, 'The link')}
      >
        Link to this version
      </button>
    </Menu>
  );
}
