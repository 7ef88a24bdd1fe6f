// The compare page and that of an undo: one press takes all values of a record; the focus begins at
// a refusal, else at what is to be decided.
for (const button of document.querySelectorAll("[data-take-all]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const radios = document.querySelectorAll(`#compare input[name^="field."]`);
    for (const radio of radios) {
      if (radio.value === button.dataset.takeAll) radio.checked = true;
    }
  });
}

// A merge is asked for once, however often the button is pressed before the answer comes.
let sent = false;
document.getElementById("compare")?.addEventListener("submit", (event) => {
  if (sent) event.preventDefault();
  sent = true;
});
addEventListener("pageshow", () => {
  sent = false;
});

// Without scrolling: what stands above it is to be read first.
document.querySelector("[data-told], [data-focus]")?.focus({ preventScroll: true });
