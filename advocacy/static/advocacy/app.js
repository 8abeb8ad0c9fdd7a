/* Small comforts on top of pages that work without a script. Nothing here decides anything.
   Stored in the browser: one switch, "single keys off". Nothing about a case or a person. */
(() => {
  "use strict";

  const KEYS_OFF = "advocacy-keys-off";
  const find = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  function keysAreOff() {
    try { return localStorage.getItem(KEYS_OFF) === "1"; } catch { return false; }
  }
  function setKeysOff(off) {
    try { off ? localStorage.setItem(KEYS_OFF, "1") : localStorage.removeItem(KEYS_OFF); } catch { /* private window */ }
  }

  /* The queue: one row holds the tab stop, j and k move it, Enter opens it. */
  const rows = () => all("[data-queue] > li");
  function setRovingStop(current) {
    for (const row of rows()) row.tabIndex = row === current ? 0 : -1;
  }
  function moveInQueue(step) {
    const list = rows();
    if (!list.length) return false;
    const here = list.indexOf(document.activeElement?.closest("[data-queue] > li"));
    const next = list[here < 0 ? (step > 0 ? 0 : list.length - 1) : Math.min(Math.max(here + step, 0), list.length - 1)];
    setRovingStop(next);
    next.focus();
    return true;
  }
  function openRow(row) {
    const link = find("[data-row-link]", row) || find("a[href]", row);
    if (link) link.click();
  }
  document.addEventListener("focusin", (event) => {
    const row = event.target.closest?.("[data-queue] > li");
    if (row) setRovingStop(row);
  });

  /* Dialogs: opened by name, focus to the title, focus back when closed. */
  function openDialog(name) {
    const dialog = document.getElementById(name);
    if (!dialog?.showModal || dialog.open) return;
    const before = document.activeElement;
    dialog.showModal();
    find("h2", dialog)?.focus();
    dialog.addEventListener("close", () => before?.focus?.(), { once: true });
  }

  const isTyping = (target) => Boolean(target.closest?.("input, textarea, select, [contenteditable]"));

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      for (const menu of all("details[data-menu][open]")) {
        menu.open = false;
        find("summary", menu).focus();
      }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Enter") {
      if (event.target.matches?.("[data-queue] > li")) openRow(event.target);
      return;
    }
    if (isTyping(event.target) || keysAreOff() || find("dialog[open]:modal")) return;
    if (event.key === "j" && moveInQueue(1)) event.preventDefault();
    else if (event.key === "k" && moveInQueue(-1)) event.preventDefault();
    else if (event.key === "?") { event.preventDefault(); openDialog("keys"); }
    else if (event.key === "z") find("[data-toast] [data-undo]")?.click();
  });

  /* Toasts: close by button, leave after ten seconds, wait while pointed at or focused. */
  function startToast(toast) {
    if (toast.dataset.started) return;
    toast.dataset.started = "yes";
    let timer;
    const start = () => { timer = setTimeout(() => toast.remove(), 10000); };
    const stop = () => clearTimeout(timer);
    toast.addEventListener("mouseenter", stop);
    toast.addEventListener("mouseleave", start);
    toast.addEventListener("focusin", stop);
    toast.addEventListener("focusout", start);
    start();
  }
  function showToast(words) {
    const box = document.getElementById("toasts");
    const model = document.getElementById("toast-model");
    if (!box || !model || !words) return;
    const toast = model.content.firstElementChild.cloneNode(true);
    find("p", toast).textContent = words;
    box.append(toast);
    startToast(toast);
  }
  document.addEventListener("toast", (event) => showToast(event.detail?.value ?? event.detail));

  document.addEventListener("click", (event) => {
    const target = event.target.closest?.("[data-close], [data-dialog], [data-close-dialog], [data-copy], [data-print]");
    for (const menu of all("details[data-menu][open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
    if (!target) return;
    if (target.matches("[data-close]")) target.closest("[data-toast]")?.remove();
    if (target.matches("[data-dialog]")) {
      const menu = target.closest("details[data-menu]");
      if (menu) menu.open = false;
      openDialog(target.dataset.dialog);
    }
    if (target.matches("[data-close-dialog]")) target.closest("dialog")?.close();
    if (target.matches("[data-copy]")) copyText(target);
    if (target.matches("[data-print]")) print();
  });

  async function copyText(button) {
    const source = document.getElementById(button.dataset.copy);
    if (!source) return;
    try {
      await navigator.clipboard.writeText(source.textContent.trim());
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(source);
    }
  }

  /* Pasting a whole date into one of three boxes fills all three. */
  const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
  function readDate(text) {
    const clean = text.trim();
    let match = clean.match(/^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})/);
    if (match) return [match[2], match[3], match[1]];
    match = clean.match(/^(\d{1,2})[-/.\s]+(\d{1,2})[-/.\s]+(\d{4})$/);
    if (match) return [match[1], match[2], match[3]];
    const month = (word) => MONTHS.indexOf(word.slice(0, 3).toLowerCase()) + 1;
    match = clean.match(/^(?:[a-z]+,?\s+)?([a-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})$/i);
    if (match && month(match[1])) return [month(match[1]), match[2], match[3]];
    match = clean.match(/^(\d{1,2})\s+([a-z]{3,9})\.?,?\s+(\d{4})$/i);
    if (match && month(match[2])) return [month(match[2]), match[1], match[3]];
    return null;
  }
  document.addEventListener("paste", (event) => {
    const boxes = event.target.closest?.("[data-date-boxes]");
    const parts = boxes && readDate(event.clipboardData?.getData("text") ?? "");
    if (!parts) return;
    event.preventDefault();
    all("input", boxes).forEach((input, index) => {
      input.value = String(Number(parts[index]));
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
    all("input", boxes).at(-1).focus();
  });

  document.addEventListener("change", (event) => {
    const target = event.target;
    if (target.matches?.("[data-show-password]")) {
      const field = document.getElementById(target.dataset.showPassword);
      if (field) field.type = target.checked ? "text" : "password";
    }
    if (target.matches?.("[data-keys-switch]")) setKeysOff(!target.checked);
  });
  document.addEventListener("submit", (event) => {
    /* A password goes out as a password, so that the browser does not offer it as a word later. */
    for (const box of all("[data-show-password]:checked", event.target)) {
      const field = document.getElementById(box.dataset.showPassword);
      if (field) field.type = "password";
    }
  });

  /* Run on load, and on each piece htmx brings. */
  function ready(root) {
    for (const box of all("[data-show-password-line][hidden]", root)) box.hidden = false;
    for (const toast of all("[data-toast]:not([data-still])", root)) startToast(toast);
    for (const box of all("[data-keys-switch]", root)) box.checked = !keysAreOff();
    const list = rows();
    if (list.length && !list.some((row) => row.tabIndex === 0)) setRovingStop(list[0]);
    const summary = find("[data-summary]", root) || (root.matches?.("[data-summary]") ? root : null);
    if (summary && !summary.matches("[data-still]")) {
      summary.focus();
      if (!document.title.startsWith("Error:")) document.title = `Error: ${document.title}`;
    }
  }
  document.addEventListener("DOMContentLoaded", () => ready(document));
  document.addEventListener("htmx:afterSettle", (event) => ready(event.detail?.elt ?? document));
})();
