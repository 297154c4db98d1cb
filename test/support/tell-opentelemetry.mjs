/** Before a program: says on standard error which packages of OpenTelemetry it loads, also within a bundle. */
import { registerHooks } from 'node:module';

registerHooks({
  load: (url, context, next) => {
    const found = next(url, context);
    const bundled = String(found.source ?? '').matchAll(/^\/\/ node_modules\/(@opentelemetry\/[^/]+)\//gm);
    const [, own] = /\/node_modules\/(@opentelemetry\/[^/]+)\//.exec(url) ?? [];
    for (const name of [own, ...[...bundled].map(([, name]) => name)]) {
      if (name !== undefined) process.stderr.write(`loads ${name}\n`);
    }
    return found;
  },
});
