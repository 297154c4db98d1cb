/** The path that the service is reached under, without the last slash: empty at the root of a host. */
export const BASE = (document.documentElement.dataset.base ?? '').replace(/^\.?\/?$|\/$/, '');
