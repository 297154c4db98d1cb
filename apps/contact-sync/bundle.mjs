import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { build } from 'vite';

/*
 * Puts the service, as the compiler has written it, and the packages that it uses into a few files in dist/service: to find
 * and read three thousand small ones is most of what a start costs (docs/adr/0055-the-service-starts-from-a-bundle.md).
 */
const project = resolve(import.meta.dirname, '../..');
const compiled = join(project, 'dist/apps/contact-sync/src');
const folder = join(project, 'dist/service');

/** Loaded where it is configured alone, and for the files that lie in it; and what another package could use, and is not there. */
const LEFT_OUT = ['@platformatic/kafka', 'swagger-ui-dist', '@fastify/static'];

/** The lines of our own TypeScript, for the stacks of errors; with those of packages, a process would take 90 MB more. */
const linesOfOurs = {
  name: 'lines-of-ours',
  load(file) {
    if (!/^\/.*\.[cm]?js$/.test(file)) return null;
    const map = file.includes('/node_modules/')
      ? '{"version":3,"sources":[],"mappings":""}'
      : readFileSync(`${file}.map`, 'utf8');
    return { code: readFileSync(file, 'utf8'), map: JSON.parse(map) };
  },
};

/** What each start needs is in one file; what is loaded on demand stays apart. */
const packages = { name: 'packages', test: /\/node_modules\//, tags: ['$initial'] };

await build({
  root: project,
  configFile: false,
  logLevel: 'warn',
  plugins: [linesOfOurs],
  ssr: { noExternal: true, external: LEFT_OUT },
  build: {
    ssr: join(compiled, 'run-service.js'),
    outDir: folder,
    emptyOutDir: true,
    // The Node.js that the project brings with it, and the image has.
    target: 'node24',
    minify: false,
    sourcemap: true,
    reportCompressedSize: false,
    copyPublicDir: false,
    rolldownOptions: {
      output: {
        // Nest and the log call classes by their names.
        keepNames: true,
        sourcemapExcludeSources: true,
        chunkFileNames: '[name].js',
        codeSplitting: { groups: [packages] },
      },
    },
  },
});
dropMapsOfPackages();
copyFileSync(join(compiled, 'main.js'), join(folder, 'main.js'));

/** Node.js would read them, and count the lines of the code, at each start. */
function dropMapsOfPackages() {
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.map'))) {
    const map = join(folder, name);
    if (JSON.parse(readFileSync(map, 'utf8')).sources.some((source) => source.endsWith('.ts'))) continue;
    const file = map.slice(0, -'.map'.length);
    writeFileSync(file, readFileSync(file, 'utf8').replace(/\n\/\/# sourceMappingURL=\S+\s*$/, '\n'));
    rmSync(map);
  }
}
