/** Whether node_modules holds exactly what package.json and its lock ask for on this platform. */
export function isInstalled(): boolean;
