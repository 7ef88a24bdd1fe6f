// What a person is told when an htmx request does not work out, in plain words.
const WORDS = {
  400: "That could not be understood. Please check what you typed.",
  403: "You may not do that.",
  404: "This is not there any more.",
  405: "That cannot be done here.",
  408: "It took too long. Please try again.",
  409: "Somebody else changed this first. Reload the page to see it.",
  413: "That is too large to send.",
  429: "Too many tries. Please wait a minute.",
};

const tell = (text) =>
  document.dispatchEvent(new CustomEvent("toast", { detail: { text, level: "error" } }));

// An error page of ours carries its sentence in an element with data-error-text.
function sentenceOf(xhr) {
  const type = xhr.getResponseHeader("content-type") ?? "";
  if (!type.includes("html") || !xhr.responseText) return "";
  const page = new DOMParser().parseFromString(xhr.responseText, "text/html");
  return page.querySelector("[data-error-text]")?.textContent.trim() ?? "";
}

document.addEventListener("htmx:responseError", (event) => {
  const { xhr } = event.detail;
  if (xhr.status === 401) {
    toSignIn();
    return;
  }
  tell(
    sentenceOf(xhr) ||
      WORDS[xhr.status] ||
      (xhr.status >= 500
        ? "That did not work: an error on our side. Please try again."
        : "That did not work. Please try again."),
  );
});

document.addEventListener("htmx:sendError", () =>
  tell("No connection. What you typed is still here: try again in a moment."),
);
document.addEventListener("htmx:timeout", () => tell("It took too long. Please try again."));

// --- the session ended: go to the sign-in page instead of swapping it into this one ---
const signInUrl = document.body.dataset.signinUrl;

function toSignIn() {
  if (!signInUrl) return;
  location.assign(`${signInUrl}?next=${encodeURIComponent(location.pathname)}`);
}

document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  if (!signInUrl || !xhr.responseURL) return;
  if (new URL(xhr.responseURL, location.href).pathname === new URL(signInUrl, location.href).pathname) {
    event.detail.shouldSwap = false;
    toSignIn();
  }
});

// --- results that carry data-announce are read out ---
document.addEventListener("htmx:afterSwap", (event) => {
  const text = event.detail.target.querySelector("[data-announce]")?.dataset.announce;
  if (text) document.dispatchEvent(new CustomEvent("announce", { detail: { text } }));
});
