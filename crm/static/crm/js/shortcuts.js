// Single keys for people who answer phones all day. They can be switched off (WCAG 2.1.4).
const OFF_KEY = "shortcuts";
const SEQUENCE_MS = 1000;

const search = document.getElementById("search-input");
const dialog = document.getElementById("shortcuts");
const toggle = document.querySelector("[data-shortcuts-on]");

const areOn = () => {
  try {
    return localStorage.getItem(OFF_KEY) !== "off";
  } catch {
    return true; // storage may be forbidden
  }
};

if (toggle) {
  toggle.checked = areOn();
  toggle.addEventListener("change", () => {
    try {
      localStorage.setItem(OFF_KEY, toggle.checked ? "on" : "off");
    } catch {
      // the choice then holds for this page only
    }
  });
}

const isTyping = (target) =>
  target instanceof Element &&
  (target.isContentEditable ||
    target.matches("textarea, select, input:not([type=checkbox], [type=radio], [type=button])"));

function toSearch(event) {
  if (!search) return;
  event.preventDefault();
  search.focus();
  search.select();
}

let first = "";
let firstAt = 0;

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
    toSearch(event);
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (isTyping(event.target) || !areOn() || document.querySelector("dialog[open]")) return;

  if (event.key === "/") {
    toSearch(event);
  } else if (event.key === "?") {
    event.preventDefault();
    dialog?.showModal();
  } else {
    const keys = performance.now() - firstAt < SEQUENCE_MS ? `${first} ${event.key}` : event.key;
    const target = document.querySelector(`[data-shortcut="${CSS.escape(keys)}"]`);
    if (target) {
      event.preventDefault();
      location.assign(target.dataset.url);
    }
    first = event.key;
    firstAt = performance.now();
  }
});
