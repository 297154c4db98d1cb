import { describeHistories } from './describe-histories.js';

describeHistories('second');
