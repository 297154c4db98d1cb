import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type LockFile } from '#scripts/complete-lock.mjs';
import { ALLOWED_LICENSES, productionPackages } from '#scripts/licenses.mjs';

interface Bill {
  readonly bomFormat: string;
  readonly metadata: { readonly component: { readonly name: string } };
  readonly components: readonly {
    readonly 'bom-ref': string;
    readonly purl: string;
    readonly licenses: readonly { readonly license: { readonly id?: string } }[];
  }[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as LockFile;
const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as { dependencies: object };

describe('The bill of materials that `npm run sbom` makes', () => {
  let folder: string;
  let bill: Bill;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'contactstream-sbom-'));
    execFileSync(process.execPath, ['scripts/run.mjs', 'sbom', folder]);
    bill = JSON.parse(readFileSync(join(folder, 'sbom.cdx.json'), 'utf8')) as Bill;
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('names each package that runs in production once, by the lock file', () => {
    expect(bill).toMatchObject({
      bomFormat: 'CycloneDX',
      metadata: { component: { name: 'contactstream' } },
    });
    const refs = bill.components.map((component) => component['bom-ref']);
    expect(refs.toSorted()).toEqual([...productionPackages(lock)].toSorted());
    expect(bill.components.every(({ purl }) => purl.startsWith('pkg:npm/'))).toBe(true);
    const named = new Set(refs.map((ref) => ref.slice(0, ref.lastIndexOf('@'))));
    expect(Object.keys(dependencies).filter((name) => !named.has(name))).toEqual([]);
    expect(named.has('jest')).toBe(false);
    const known = new Set(refs);
    expect(bill.dependencies.flatMap(({ dependsOn }) => dependsOn).filter((ref) => !known.has(ref))).toEqual(
      [],
    );
  });

  it('holds no licence but those that are allowed, and the list tells each', () => {
    const found = bill.components.map(({ licenses }) => licenses[0]?.license.id);
    expect([...new Set(found)].toSorted()).toEqual([...ALLOWED_LICENSES].toSorted());
    const lines = readFileSync(join(folder, 'licenses.txt'), 'utf8').trimEnd().split('\n');
    expect(lines).toHaveLength(bill.components.length);
  });
});
