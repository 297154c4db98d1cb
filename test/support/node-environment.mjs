import { TestEnvironment } from 'jest-environment-node';

import './resolve-typescript.mjs';

/** Jest's environment, with a door out of its module system (outside.ts). */
export default class NodeEnvironment extends TestEnvironment {
  async setup() {
    await super.setup();
    this.global.importOutside = (url) => import(url);
  }
}
