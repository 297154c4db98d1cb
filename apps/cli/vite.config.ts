import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { defineConfig } from 'vite';

const { version } = JSON.parse(readFileSync(resolve(import.meta.dirname, '../../package.json'), 'utf8')) as {
  version: string;
};

/** One file without dependencies, so that it runs from a package that brings nothing else. */
export default defineConfig({
  define: { VERSION: JSON.stringify(version) },
  ssr: { noExternal: true },
  build: {
    ssr: 'src/main.ts',
    outDir: '../../dist/apps/cli',
    emptyOutDir: true,
    // The oldest Node.js that it runs on.
    target: 'node20',
    minify: false,
    license: { fileName: 'licenses.md' },
    reportCompressedSize: false,
    rolldownOptions: { output: { entryFileNames: 'contactstream.js', banner: '#!/usr/bin/env node' } },
  },
});
