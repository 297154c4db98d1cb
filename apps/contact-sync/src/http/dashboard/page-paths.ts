/** The page itself, and every address that one of its links leads to. */
const ADDRESSES = /^\/(?:(?:accounts|runs|contacts|events|trouble|settings)(?:\/[\w-]+)*\/?)?$/;

const ASSETS = /^\/assets\/[\w-]+(\.[\w-]+)*$/;

/** Whether the page's document answers here: it draws what the address says. */
export function isPageAddress(path: string): boolean {
  return ADDRESSES.test(path);
}

/** Whether this is a file of the page. None of them says anything of a contact, so they need no token. */
export function isPagePath(path: string): boolean {
  return ADDRESSES.test(path) || ASSETS.test(path);
}
