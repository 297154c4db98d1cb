import { defineConfig } from 'vite';

/** What knows light-dark(), with which the colours are pairs: browsers of spring 2024 and newer. */
const BROWSERS = ['chrome123', 'edge123', 'firefox120', 'safari17.5'];

export default defineConfig({
  // The service puts its own path in front of what begins with "./" in the document.
  base: './',
  build: {
    outDir: '../../dist/apps/dashboard',
    emptyOutDir: true,
    target: BROWSERS,
    // The policy of the page allows no data: and no inline script.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    license: { fileName: 'licenses.md' },
    reportCompressedSize: false,
    rolldownOptions: {
      onLog(level, log, handle) {
        // "use client" is for frameworks that render on a server too.
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') handle(level, log);
      },
    },
  },
  // `npx vite apps/dashboard`, beside a running `npm start`: changes show at once.
  server: { proxy: { '/api': 'http://127.0.0.1:3000' } },
});
