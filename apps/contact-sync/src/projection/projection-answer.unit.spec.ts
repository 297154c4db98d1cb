import { expect, it } from '@jest/globals';

import { projectionAnswer } from './projection-answer.js';

const NONE = { going: null, last: null };

it.each([
  ['stopped', false, { events: 0, seconds: 0 }],
  ['behind', true, { events: 3, seconds: 61 }],
  ['live', true, { events: 3, seconds: 2 }],
  ['live', true, { events: 0, seconds: 0 }],
  ['live', true, null],
])('A projection is %s: followed %s, behind by %j', (state, isFollowed, lag) => {
  expect(projectionAnswer(7n, lag, isFollowed, NONE)).toMatchObject({ state, position: '7', lag });
});
