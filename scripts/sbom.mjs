import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { ALLOWED_LICENSES, licenseOf, productionPackages } from './licenses.mjs';
import { runNpm } from './npm.mjs';
import { Problem } from './problem.mjs';
import { inProject, projectRoot } from './project.mjs';

/**
 * `npm run sbom`: a CycloneDX bill of what runs in production, and the list of its licences. Made from the lock file alone,
 * so that it needs no network and names the packages of every platform.
 *
 * npm is asked for all packages, and those of development are left out here: its own `--omit dev` leaves out express, zod
 * and a hundred others that something of development uses as well (https://github.com/npm/cli/issues/7909).
 */
export async function sbom([folder = inProject('.data', 'sbom')]) {
  const { code, output } = await runNpm([
    'sbom',
    '--sbom-format=cyclonedx',
    '--sbom-type=application',
    '--package-lock-only',
    '--loglevel=error',
  ]);
  if (code !== 0) throw new Problem(`${output.trimEnd()}\nnpm sbom failed (exit code ${code}), see above.`);
  const bill = ofProduction(JSON.parse(output));
  const target = resolve(folder);
  mkdirSync(target, { recursive: true });
  write(join(target, 'sbom.cdx.json'), JSON.stringify(bill, null, 2));
  write(join(target, 'licenses.txt'), bill.components.map(licenseLine).sort().join('\n'));
  const refused = bill.components.filter((component) => !ALLOWED_LICENSES.includes(licenseOf(component)));
  if (refused.length === 0) return 0;
  console.error(`Not licensed as scripts/licenses.mjs allows:\n${refused.map(licenseLine).join('\n')}`);
  return 1;
}

function ofProduction(bill) {
  const packages = productionPackages(JSON.parse(readFileSync(inProject('package-lock.json'), 'utf8')));
  const root = bill.metadata.component;
  const isKept = (ref) => ref === root['bom-ref'] || packages.has(ref);
  return {
    ...bill,
    // npm takes the name of the folder.
    metadata: { ...bill.metadata, component: { ...root, name: 'contactstream' } },
    components: bill.components
      .filter((component) => isKept(component['bom-ref']))
      .map((component) => ({ ...component, licenses: [{ license: { id: licenseOf(component) } }] })),
    dependencies: bill.dependencies
      .filter(({ ref }) => isKept(ref))
      .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter(isKept) })),
  };
}

const licenseLine = (component) =>
  `${component.name}@${component.version}  ${licenseOf(component) ?? 'unknown'}`;

function write(file, text) {
  writeFileSync(file, `${text}\n`);
  console.log(relative(projectRoot, file));
}
