// The queue of duplicates by keyboard. Single keys can be switched off (WCAG 2.1.4), in the same
// place of the browser as those of the other pages.
const OFF_KEY = "shortcuts";
const DECISIONS = ["n", "h", "l", "Enter"];

const pairs = [...document.querySelectorAll("[data-pair]")];
const toggle = document.querySelector("[data-keys-on]");

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
  target.isContentEditable || target.matches("textarea, select, input:not([type=checkbox])");

const current = () => document.activeElement?.closest("[data-pair]") ?? null;

function step(by) {
  const place = pairs.indexOf(current());
  const next = pairs[place < 0 ? 0 : place + by];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
  return Boolean(next);
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (!(event.target instanceof Element) || isTyping(event.target)) return;
  const pair = current();
  // Arrows scroll the page as ever, unless a pair has the focus.
  if (pair && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    if (step(event.key === "ArrowDown" ? 1 : -1)) event.preventDefault();
    return;
  }
  // Enter on a button or a link inside a pair is theirs.
  if (event.key === "Enter" && event.target !== pair) return;
  if (event.key !== "Enter" && !areOn()) return;
  if (event.key === "j" || event.key === "k") {
    if (step(event.key === "j" ? 1 : -1)) event.preventDefault();
  } else if (event.key === "u" && !event.repeat) {
    document.querySelector("[data-back]")?.click();
  } else if (pair && !event.repeat && DECISIONS.includes(event.key)) {
    const control = pair.querySelector(`[data-key="${event.key}"]`);
    if (control) {
      event.preventDefault();
      control.click();
    }
  }
});

// A pair decides once, however often its button is pressed before the answer comes.
for (const form of document.querySelectorAll("form.decide")) {
  let sent = false;
  form.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    sent = true;
  });
}

// After a decision the next pair comes up, ready for the next key.
const named = document.getElementById(location.hash.slice(1));
if (named?.matches("[data-pair]")) named.focus();
else if (document.querySelector("[data-after]")) pairs[0]?.focus({ preventScroll: true });
