// An article by keyboard: every key presses what stands on the page.
"use strict";

(() => {
  const press = (what) => () => document.querySelector(what)?.click();
  const keys = {
    j: "[data-below]", k: "[data-above]", i: "[data-back]", o: "[data-original]",
    r: '[data-do="relevant"]', n: '[data-do="noise"]', m: '[data-do="must-read"]',
    s: '[data-do="star"]', u: '[data-do="read"]', c: '[data-copy="cite-footnote"]',
  };
  for (const [key, what] of Object.entries(keys)) window.desk.keys(key, press(what));
})();
