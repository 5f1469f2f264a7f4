// What the desk does with keys and buttons. Everything works without it, with more clicks.
"use strict";

(() => {
  const writing = (element) => element.closest("input, textarea, select, [contenteditable]");
  const sheet = () => document.getElementById("keys");
  let going = false;

  // Pages add keys of their own: desk.keys("j", () => ...). A key alone, never while something is written.
  const own = new Map();
  window.desk = { keys: (key, act) => own.set(key, act) };

  function pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Escape" && writing(event.target)) return event.target.blur();
    if (writing(event.target) || document.querySelector("dialog[open]")) return;
    if (going) {
      going = false;
      const link = document.querySelector(`[data-go="${CSS.escape(event.key)}"]`);
      if (link) { event.preventDefault(); link.click(); }
      return;
    }
    if (event.key === "g") { going = true; setTimeout(() => { going = false; }, 1500); return; }
    if (event.key === "?" && sheet()) { event.preventDefault(); return sheet().showModal(); }
    if (event.key === "/") {
      const field = document.querySelector("[data-search]");
      event.preventDefault();
      return field ? field.focus() : location.assign("/search");
    }
    const act = own.get(event.key);
    if (act) { event.preventDefault(); act(event); }
  }

  async function copy(button) {
    const text = document.getElementById(button.dataset.copy).textContent;
    const said = button.textContent;
    try { await navigator.clipboard.writeText(text); button.textContent = "✓"; }
    catch { getSelection().selectAllChildren(document.getElementById(button.dataset.copy)); }
    setTimeout(() => { button.textContent = said; }, 1500);
  }

  document.addEventListener("keydown", pressed);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if ("keys" in button.dataset) sheet().showModal();
    if ("copy" in button.dataset) copy(button);
  });
  // Of two ways to say a thing the one that is being written counts: data-chooses="id of its radio button".
  document.addEventListener("input", (event) => {
    const way = event.target.closest("[data-chooses]");
    if (way && event.target.type !== "radio") document.getElementById(way.dataset.chooses).checked = true;
  });
  // A form that asks first: data-sure="words".
  document.addEventListener("submit", (event) => {
    const words = event.submitter?.dataset.sure ?? event.target.dataset.sure;
    if (words && !confirm(words)) event.preventDefault();
  });
})();
