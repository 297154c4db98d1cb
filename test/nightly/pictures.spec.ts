import { describePictures } from '../pictures/describe-pictures.js';
import { LOOKS } from '../pictures/scenes.js';

describePictures(LOOKS);
