/** Before a program: says on standard error which packages of OpenTelemetry it loads. */
import { registerHooks } from 'node:module';

registerHooks({
  resolve: (specifier, context, next) => {
    const found = next(specifier, context);
    const [, name] = /\/node_modules\/(@opentelemetry\/[^/]+)\//.exec(found.url) ?? [];
    if (name !== undefined) process.stderr.write(`loads ${name}\n`);
    return found;
  },
});
