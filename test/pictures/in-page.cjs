/*
 * Runs in the browser, before the page's own scripts.
 */
(() => {
  // Node.js writes the header Date by the clock of the machine, which the page would follow.
  const { get } = Headers.prototype;
  Headers.prototype.get = function (name) {
    return name.toLowerCase() === 'date' ? null : get.call(this, name);
  };

  const ID = /(?<![\w-])[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![\w-])/g;
  /** The begin of one: a text of its own, or with letters and digits; a number has no letter. */
  const WHOLE = /^[0-9a-f]{8}$/;
  const SHORT_ID = /(?<![\w.-])(?=\d*[a-f])(?=[a-f]*\d)[0-9a-f]{8}(?![\w-])/g;
  /** At a port that the system chose. */
  const ADDRESS = /(127\.0\.0\.1|localhost):(\d{5}|0)\b/g;
  globalThis.pictures = {
    /** Puts fonts in the place of the system's: `{ family, data, range }` each, the data in base64. */
    async useFonts(fonts) {
      if (![...document.fonts].some(({ family }) => family === fonts[0].family)) {
        for (const { family, data, range } of fonts) {
          const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
          // From bytes, which no content policy forbids.
          const font = new FontFace(family, bytes, { weight: '100 900', unicodeRange: range });
          document.fonts.add(await font.load());
        }
      }
      const { style } = document.documentElement;
      style.setProperty('--font', 'Pictures, sans-serif');
      style.setProperty('--mono', 'Pictures Mono, monospace');
      // The pages beside the dashboard know no such variables.
      document.body.style.fontFamily = 'Pictures, sans-serif';
      await document.fonts.ready;
    },

    /** Ids are others each time: the n-th one that is shown gets the n-th of these names. Ports are others too. */
    nameIds(names) {
      const given = new Map();
      const nameOf = (id) => {
        const begin = id.slice(0, 8);
        if (!given.has(begin)) given.set(begin, names[given.size % names.length]);
        return given.get(begin).slice(0, id.length);
      };
      const named = (text) =>
        text.replaceAll(ID, nameOf).replaceAll(SHORT_ID, nameOf).replaceAll(ADDRESS, '$1:3000');
      const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      for (let text = texts.nextNode(); text !== null; text = texts.nextNode()) {
        // How long a search took: `in 38 ms`, in three texts.
        const isTime = text.previousSibling?.nodeValue === 'in ' && text.nextSibling?.nodeValue === ' ms';
        const other = isTime
          ? '38'
          : WHOLE.test(text.nodeValue)
            ? nameOf(text.nodeValue)
            : named(text.nodeValue);
        if (other !== text.nodeValue) text.nodeValue = other;
      }
    },
  };
})();
