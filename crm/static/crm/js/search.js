// The search box: a combobox over links. htmx fetches; this moves, opens and closes.
const form = document.querySelector("[data-search]");
const input = form?.querySelector('[role="combobox"]');
const panel = form?.querySelector("[data-search-panel]");
const floats = form && !form.classList.contains("search-page");

let current = true; // do the results shown belong to the text in the box?

const options = () => [...panel.querySelectorAll('[role="option"]')];
const active = () => panel.querySelector('[role="option"][aria-selected="true"]');
const hasResults = () => panel.querySelector('[role="option"], [data-search-empty]') !== null;

function choose(option) {
  for (const other of options()) other.setAttribute("aria-selected", String(other === option));
  if (option) {
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  } else {
    input.removeAttribute("aria-activedescendant");
  }
}

function open() {
  if (!hasResults()) return;
  panel.dataset.open = "";
  input.setAttribute("aria-expanded", String(options().length > 0));
}

function close() {
  delete panel.dataset.open;
  input.setAttribute("aria-expanded", "false");
  choose(null);
}

function move(step) {
  const all = options();
  if (!all.length) return;
  const at = all.indexOf(active());
  const next = at < 0 ? (step > 0 ? 0 : all.length - 1) : (at + step + all.length) % all.length;
  choose(all[next]);
}

function onKeydown(event) {
  if (event.isComposing) return; // Thai, Hindi and other input methods use the same keys
  const isOpen = floats ? "open" in panel.dataset : options().length > 0;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (!isOpen) open();
    move(event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Enter") {
    if (!current) {
      event.preventDefault(); // never open a result of an older text; the search event asks anew
    } else if (isOpen && active()) {
      event.preventDefault();
      active().click();
    }
  } else if (event.key === "Escape") {
    event.preventDefault();
    if (floats && isOpen) close();
    else if (input.value) {
      input.value = "";
      input.dispatchEvent(new Event("input", { bubbles: true }));
    } else input.blur();
  } else if (event.key === "Tab") {
    if (floats) close();
  }
}

if (form && input && panel) {
  input.addEventListener("keydown", onKeydown);
  input.addEventListener("input", () => {
    current = false;
    choose(null);
    if (floats && !input.value.trim()) close();
  });
  input.addEventListener("focus", () => {
    if (input.value.trim()) open();
  });

  form.addEventListener("focusout", (event) => {
    if (floats && !form.contains(event.relatedTarget)) close();
  });

  // A click on an option must not blur the box first.
  panel.addEventListener("mousedown", (event) => event.preventDefault());

  let asked = input.value;
  input.addEventListener("htmx:beforeRequest", () => {
    asked = input.value;
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target !== panel) return;
    current = asked === input.value;
    if (!input.value.trim()) {
      if (floats) close();
      return;
    }
    if (document.activeElement === input) open();
    choose(current ? (options()[0] ?? null) : null); // the best one is ready for Enter
  });
  // A failed request leaves the box usable: Enter then sends the form as a page.
  for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
    input.addEventListener(name, () => {
      current = true;
      close();
    });
  }
}
