import { describePictures } from './describe-pictures.js';
import { LOOKS } from './scenes.js';

describePictures(LOOKS);
