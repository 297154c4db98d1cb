import { describePictures } from './describe-pictures.js';
import { LOOKS } from './scenes.js';

/** `npm run pictures` sets it, and takes them all; two looks tell most of what there is to tell. */
const isAll = process.env.PICTURES !== undefined;

describePictures(
  isAll
    ? LOOKS
    : [
        { width: 1440, scheme: 'light' },
        { width: 390, scheme: 'dark' },
      ],
);
