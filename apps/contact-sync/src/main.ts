import { enableCompileCache, flushCompileCache } from 'node:module';
import { join } from 'node:path';

// Beside the code, so that whoever can write it could change the code as well. Where nothing may be written, each start
// compiles anew.
enableCompileCache(join(import.meta.dirname, 'compile-cache'));

const { runService } = await import('./run-service.js');
await runService();

// Now: a process that is killed would write nothing.
flushCompileCache();
