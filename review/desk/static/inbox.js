// The inbox and an article by keyboard. Without it the same buttons do the same, with a page between.
"use strict";

(() => {
  const form = document.querySelector("[data-lines]");
  const lines = () => [...document.querySelectorAll(".item")];
  let last = location.hash.slice(1) || null; // the id of the line that was used last

  const here = () => document.activeElement?.closest(".item") ?? (last && document.getElementById(last));
  const chosen = () => lines().filter((line) => line.querySelector("input").checked);

  function go(step) {
    const all = lines();
    const at = all.indexOf(here());
    const next = all[at < 0 ? 0 : at + step];
    if (!next) return step > 0 ? document.querySelector("[data-onward]")?.focus() : undefined;
    last = next.id;
    next.querySelector("h3 a").focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  }

  function act(name, onward) {
    if (chosen().length) return document.querySelector(`[data-bulk="${name}"]`)?.click();
    const line = here();
    line?.querySelector(`[data-do="${name}"]`)?.click();
    if (line && onward) go(1);
  }

  // What is judged is sent, and the lines come back as they are now; the page stays where it is.
  form?.addEventListener("submit", (event) => {
    event.preventDefault();
    const button = event.submitter;
    const values = new FormData(form, button);
    if (button.dataset.do) { values.delete("article"); last = button.closest(".item").id; }
    else if (!values.has("article")) return;
    const target = button.hasAttribute("formaction") ? button.formAction : form.action;
    const focused = document.activeElement === button ? [last, button.dataset.do] : null;
    htmx.ajax("POST", target, { values, swap: "none" }).then(() => {
      if (focused?.[1]) document.getElementById(focused[0])?.querySelector(`[data-do="${focused[1]}"]`)?.focus();
    });
  });
  // A line that comes anew takes the focus its former self had.
  let held = null;
  document.body.addEventListener("htmx:oobBeforeSwap", (event) => {
    held = event.detail.target.contains(document.activeElement) ? event.detail.target.id : null;
  });
  document.body.addEventListener("htmx:oobAfterSwap", () => {
    if (held) document.getElementById(held)?.querySelector("h3 a").focus({ preventScroll: true });
    held = null;
  });

  // What was not done is said.
  for (const failure of ["htmx:responseError", "htmx:sendError"]) {
    document.body.addEventListener(failure, (event) => {
      const said = document.getElementById("said");
      if (!said || event.detail.requestConfig?.verb === "get") return;
      said.textContent = said.dataset.failed;
      said.className = "wrong";
    });
  }

  document.addEventListener("change", (event) => {
    if ("all" in event.target.dataset) for (const line of lines()) line.querySelector("input").checked = event.target.checked;
    if (event.target.closest("[data-sifts]")) event.target.form.requestSubmit();
  });
  document.querySelector("[data-sifts] button")?.setAttribute("hidden", "");
  // Filters that say nothing stay out of the address.
  document.querySelector("[data-sifts]")?.addEventListener("formdata", (event) => {
    for (const [name, value] of [...event.formData]) if (!value) event.formData.delete(name);
  });

  const keys = {
    j: () => go(1), k: () => go(-1),
    o: () => here()?.querySelector("h3 a").click(),
    x: () => { const box = here()?.querySelector("input"); if (box) { box.checked = !box.checked; } },
    r: () => act("relevant", true), n: () => act("noise", true), m: () => act("must-read", true),
    s: () => act("star"), u: () => act("read"),
    ".": () => document.querySelector("[data-new]")?.click(),
  };
  if (form) for (const [key, run] of Object.entries(keys)) window.desk.keys(key, run);
})();
