// Forms: nothing typed is lost, nothing is sent twice, errors get the focus, filters apply at once.
const snapshots = new WeakMap();

const contents = (form) =>
  JSON.stringify(
    [...new FormData(form)].map(([name, value]) => [
      name,
      value instanceof File ? [value.name, value.size] : value,
    ]),
  );

// --- unsaved changes: <form data-guard>; data-guard="dirty" when it comes back with errors ---
const isDirty = (form) =>
  form.isConnected &&
  snapshots.has(form) &&
  (form.dataset.guard === "dirty" || snapshots.get(form) !== contents(form));

function guard(root) {
  for (const form of root.querySelectorAll("form[data-guard]")) {
    if (!snapshots.has(form)) snapshots.set(form, contents(form));
  }
}

const release = (form) => snapshots.delete(form);

guard(document);
document.addEventListener("htmx:load", (event) => guard(event.detail.elt.parentElement ?? document));

addEventListener("beforeunload", (event) => {
  if ([...document.querySelectorAll("form[data-guard]")].some(isDirty)) event.preventDefault();
});

document.addEventListener("click", (event) => {
  const form = event.target.closest("[data-discard]")?.closest("form");
  if (form) release(form);
});

document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.elt.closest?.("form[data-guard]");
  if (form && event.detail.successful && event.detail.requestConfig.verb !== "get") release(form);
});

// --- no double submit: the second one of the same form is dropped until the page is left ---
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method === "dialog" || form.matches("[hx-post], [data-search]"))
    return;
  if (form.getAttribute("aria-busy") === "true") {
    event.preventDefault();
    return;
  }
  release(form);
  if (form.method === "post") form.setAttribute("aria-busy", "true");
});

addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll('form[aria-busy="true"]')) {
    form.removeAttribute("aria-busy");
  }
});

// --- errors get the focus, so that keyboard and screen reader begin there; a sign-in form instead
//     begins at its first empty field (its error is read out as an alert) ---
const focusErrors = (root) => root.querySelector("[data-form-errors]")?.focus();

const firstEmpty = document.querySelector(
  '[data-focus-first] input:not([type="hidden"]):placeholder-shown, [data-focus-first] [aria-invalid]',
);
if (firstEmpty) firstEmpty.focus();
else focusErrors(document);
document.addEventListener("htmx:afterSettle", (event) => focusErrors(event.detail.elt));

// --- filters apply as soon as one is chosen; without this script the button does it ---
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-autosubmit]");
  if (form && event.target.matches("select, input:is([type=checkbox], [type=radio], [type=date])")) {
    form.requestSubmit();
  }
});
