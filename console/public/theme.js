// Sets the colour scheme before anything is painted, so that the page does not
// flash. It is a file of its own because the security policy allows no inline script.
(() => {
  let choice = null;
  try {
    choice = localStorage.getItem("retinue-theme");
  } catch {
    // Storage can be switched off; the system's choice is used then.
  }
  const dark =
    choice === "dark" || (choice !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.setAttribute("data-mantine-color-scheme", dark ? "dark" : "light");
})();
