// Menus (<details data-menu>), dialogs, toasts and copy buttons.
const TOAST_SHOWN_MS = 8000;

// --- menus: one open at a time, Escape and a click elsewhere close ---
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("focusin", (event) => {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("details[data-menu][open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// --- dialogs: a button with data-dialog-open="id"; the browser keeps the focus inside ---
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog-open]");
  if (opener) {
    const menu = opener.closest("details[data-menu]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus(); // where the focus returns to on closing
    }
    document.getElementById(opener.dataset.dialogOpen)?.showModal();
  } else if (event.target instanceof HTMLDialogElement) {
    event.target.close(); // a click on the backdrop
  }
});

// --- toasts: good news leaves by itself, bad news stays until closed ---
const toasts = document.getElementById("toasts");

function watch(toast) {
  if (!["success", "info"].includes(toast.dataset.toast)) return;
  const leave = () => {
    if (toast.matches(":hover, :focus-within")) setTimeout(leave, TOAST_SHOWN_MS / 2);
    else toast.remove();
  };
  setTimeout(leave, TOAST_SHOWN_MS);
}

function showToast(text, level = "info") {
  const known = ["info", "success", "warning", "error"].includes(level) ? level : "info";
  const template = document.getElementById(`toast-${known}`);
  if (!template || !toasts) return;
  const toast = template.content.firstElementChild.cloneNode(true);
  toast.querySelector("[data-toast-text]").textContent = text;
  for (const old of toasts.children) {
    if (old.textContent.trim() === toast.textContent.trim()) old.remove();
  }
  toasts.append(toast);
  watch(toast);
  say(text, known === "error");
}

function say(text, urgent = false) {
  const region = document.getElementById(urgent ? "alarm" : "announcer");
  if (!region) return;
  region.textContent = "";
  setTimeout(() => {
    region.textContent = text;
  }, 50);
}

if (toasts) {
  for (const toast of toasts.querySelectorAll("[data-toast]")) {
    watch(toast);
    say(toast.querySelector("[data-toast-text]").textContent, toast.dataset.toast === "error");
  }
}

document.addEventListener("click", (event) => {
  event.target.closest("[data-toast-close]")?.closest("[data-toast]").remove();
});

// Other scripts, and the server by `HX-Trigger: {"toast": {"text": "…", "level": "success"}}`.
document.addEventListener("toast", (event) => showToast(event.detail.text, event.detail.level));
document.addEventListener("announce", (event) => say(event.detail.text));

// --- copy buttons: only where the browser lets us write to the clipboard ---
function revealCopyButtons(root) {
  if (!navigator.clipboard) return;
  for (const button of root.querySelectorAll("[data-copy][hidden]")) button.hidden = false;
}

revealCopyButtons(document);
document.addEventListener("htmx:load", (event) => revealCopyButtons(event.detail.elt));
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.dataset.copied = "";
    say("Copied");
    setTimeout(() => delete button.dataset.copied, 1500);
  } catch {
    showToast("Your browser did not allow copying.", "warning");
  }
});
