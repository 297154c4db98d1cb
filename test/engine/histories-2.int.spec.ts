import { describeHistories } from './describe-histories.js';

describeHistories(2);
