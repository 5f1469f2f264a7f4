// Keys of the list of sources: j and k go from one to the next, Enter opens as it does with any link.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const links = [...document.querySelectorAll(".lines tbody th a")];
  const go = (step) => () => {
    const here = links.indexOf(document.activeElement);
    const next = links[here < 0 ? (step > 0 ? 0 : links.length - 1) : here + step];
    if (next) next.focus();
  };
  desk.keys("j", go(1));
  desk.keys("k", go(-1));
  desk.keys("a", () => {
    const link = document.querySelector('a[href="/sources/-/add"]');
    if (link) link.click();
  });
});
