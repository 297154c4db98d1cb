import { describeHistories } from './describe-histories.js';

describeHistories('first');
