import { describePictures } from './describe-pictures.js';
import { LOOKS } from './scenes.js';

/** `npm run pictures` sets it, and takes them all; so does `npm run nightly`. */
const isAll = process.env.PICTURES !== undefined;

describePictures(isAll ? LOOKS : [{ width: 1440, scheme: 'light' }]);
