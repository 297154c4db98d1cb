import { describeHistories } from './describe-histories.js';

describeHistories(3);
