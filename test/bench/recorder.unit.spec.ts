import { expect, it } from '@jest/globals';

import { Recorder } from '../../bench/harness/recorder.js';

it('Differences are made repetition by repetition', () => {
  const recorder = new Recorder('incremental');
  recorder.add('1k contacts', 'ours', 'ms', 20, 50, 30);
  recorder.add('1k contacts', 'bare', 'ms', 4, 40, 5);
  const place = (subject: string) => ({ setting: '1k contacts', subject });
  recorder.difference('ours above bare', place('ours'), place('bare'), { atMost: 15 });
  expect(recorder.figures).toMatchObject([
    { what: 'ours above bare', unit: 'ms', median: 16, min: 10, max: 25, n: 3, met: false },
  ]);
});

it('What is recorded in settings with a suffix stands beside the rest', () => {
  const recorder = new Recorder('full');
  const suffixed = recorder.suffixed(' on default settings');
  const place = { setting: '1k contacts', subject: 'ours' };
  recorder.add(place.setting, place.subject, 's', 1);
  suffixed.add(place.setting, place.subject, 's', 2);
  suffixed.figure(place, { atMost: 3 });
  expect(recorder.rows.map(({ setting, median }) => [setting, median])).toEqual([
    ['1k contacts', 1],
    ['1k contacts on default settings', 2],
  ]);
  expect(recorder.figures).toMatchObject([{ setting: '1k contacts on default settings', median: 2 }]);
});
