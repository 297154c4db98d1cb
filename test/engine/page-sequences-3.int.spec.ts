import { describePageSequences } from './describe-page-sequences.js';

describePageSequences(3);
