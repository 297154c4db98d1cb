/** The path that the service is reached under, without the last slash: empty at the root of a host. */
export const BASE = (document.documentElement.dataset.base ?? '').replace(/^\.?\/?$|\/$/, '');

/** Whether people can sign in by OpenID Connect. */
export const OFFERS_OIDC = document.documentElement.dataset.oidc === 'true';
