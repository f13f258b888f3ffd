"use strict";
// Comforts only: every page works without this file.
(function () {
  const each = (selector, root, act) => root.querySelectorAll(selector).forEach(act);
  const boxes = (name) =>
    Array.from(document.querySelectorAll(".tick input")).filter((box) => box.name === name);

  // What needs scripts is hidden until scripts run; parts fetched later pass here too.
  function show(root) {
    each("[data-print], [data-select-all], [data-drop]", root, (part) => { part.hidden = false; });
  }

  // The error summary takes the focus, and its links lead into the fields.
  const summary = document.querySelector(".error-summary");
  if (summary) summary.focus();
  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const link = target && target.closest(".error-summary a");
    const field = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (field) {
      event.preventDefault();
      (field.closest(".field") || field).scrollIntoView();
      field.focus({ preventScroll: true });
    }
    if (target && target.closest("[data-print]")) window.print();
  });

  // One box ticks all boxes of its name, and shows when all are ticked.
  document.addEventListener("change", (event) => {
    const all = event.target.getAttribute("data-select-all");
    if (all) boxes(all).forEach((box) => { box.checked = event.target.checked; });
    each("[data-select-all]", document, (head) => {
      const own = boxes(head.getAttribute("data-select-all"));
      const ticked = own.filter((box) => box.checked).length;
      head.checked = ticked > 0 && ticked === own.length;
      head.indeterminate = ticked > 0 && ticked < own.length;
    });
  });

  // A form is sent once; after five seconds it may be sent again under the same key.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.hasAttribute("data-once")) return;
    if (form.hasAttribute("data-sent")) {
      event.preventDefault();
      return;
    }
    form.setAttribute("data-sent", "");
    window.setTimeout(() => form.removeAttribute("data-sent"), 5000);
  });
  window.addEventListener("pageshow", () => {
    each("[data-sent]", document, (form) => form.removeAttribute("data-sent"));
  });

  // `/` goes to the search box, arrows walk through what was found, Escape closes.
  document.addEventListener("keydown", (event) => {
    const search = document.getElementById("q");
    const found = document.getElementById("found");
    const at = document.activeElement;
    const typing = at && (/^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName) || at.isContentEditable);
    const plain = !event.ctrlKey && !event.altKey && !event.metaKey && !event.isComposing;
    if (!search || !plain) return;
    if ((event.key === "/" || event.key === "、") && !typing) {
      event.preventDefault();
      search.focus();
      search.select();
      return;
    }
    if (!found || !(at === search || found.contains(at))) return;
    if (event.key === "Escape") {
      found.textContent = "";
      search.focus();
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const stops = [search].concat(Array.from(found.querySelectorAll("a")));
    const next = step && stops[stops.indexOf(at) + step];
    if (next) {
      event.preventDefault();
      next.focus();
    }
  });

  // A file may be dropped on the page.
  ["dragover", "drop"].forEach((name) => document.addEventListener(name, (event) => {
    const field = document.querySelector("input[type=file]");
    const from = event.dataTransfer;
    if (!field || !from.types.includes("Files")) return;
    event.preventDefault();
    if (from.files.length === 1) field.files = from.files;
  }));

  // On a telephone the conditions of a list are folded until they are wanted.
  if (window.matchMedia("(max-width: 760px)").matches) {
    each("[data-fold]", document, (fold) => { fold.open = false; });
  }

  document.addEventListener("htmx:load", (event) => show(event.target));
  show(document);
})();
