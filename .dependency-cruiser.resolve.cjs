/**
 * Where '#name' leads for the dependency rules: to the library's source. package.json sends it to dist/, which is right
 * for Node.js, but tells nothing about rooms and walls.
 */
const { readdirSync } = require('node:fs');
const { join } = require('node:path');

const libs = join(process.cwd(), 'libs');

module.exports = {
  resolve: {
    alias: Object.fromEntries(
      readdirSync(libs).map((name) => [`#${name}`, join(libs, name, 'src/index.ts')]),
    ),
  },
};
