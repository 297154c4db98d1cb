import { describe, expect, it } from '@jest/globals';

import { html } from './html.js';

describe('A text in a page', () => {
  it('is escaped where it is inserted', () => {
    const text = `</title><script>alert("1")</script>&'`;
    expect(html`<p title="${text}">${text}</p>`.text).not.toMatch(/<(?!p |\/p>)|"1"|&(?!#\d+;)|'/);
  });

  it('is not escaped again where it is HTML already', () => {
    const parts = ['<', '2'].map((text) => html`<b>${text}</b>`);
    expect(html`<i>${parts}</i>`.text).toBe('<i><b>&#60;</b><b>2</b></i>');
  });
});
