// Light, dark, or as the machine. The server reads the cookie, so a page never flashes.
const ONE_YEAR = 31_536_000;

for (const group of document.querySelectorAll("[data-theme-switch]")) {
  group.hidden = false;
  group.addEventListener("change", (event) => {
    const theme = event.target.value;
    const secure = location.protocol === "https:" ? "; secure" : "";
    if (theme === "auto") {
      delete document.documentElement.dataset.theme;
      document.cookie = `theme=; path=/; max-age=0; samesite=lax${secure}`;
    } else {
      document.documentElement.dataset.theme = theme;
      document.cookie = `theme=${theme}; path=/; max-age=${ONE_YEAR}; samesite=lax${secure}`;
    }
  });
}
