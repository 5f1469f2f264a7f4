// The bookmark of the clip page, dragged to the bookmarks bar. It is no link: our own policy would refuse it.
"use strict";

document.addEventListener("dragstart", (event) => {
  const handle = event.target.closest?.("[data-bookmark]");
  if (!handle) return;
  const address = document.getElementById(handle.dataset.bookmark).textContent;
  event.dataTransfer.effectAllowed = "copyLink";
  event.dataTransfer.setData("text/x-moz-url", `${address}\n${handle.dataset.title}`);
  event.dataTransfer.setData("text/uri-list", address);
  event.dataTransfer.setData("text/plain", address);
});
