import { useEffect } from "react";

/** How long after a key something may take the focus with it, and how often one looks, in milliseconds. */
const within = 5000;
const every = 250;

/**
 * Catches the focus of whoever works with the keyboard when it goes with what it was on, as with a row that
 * is deleted or a dialog whose page has changed: it moves to the page's heading and not to the beginning of
 * everything. Whoever clicks finds their place by themselves.
 */
export function useFocusNet(): void {
  useEffect(() => {
    let timer = 0;
    const watch = (event: KeyboardEvent) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      if (event.target === document.body) return;
      window.clearInterval(timer);
      const until = Date.now() + within;
      let lost = 0;
      timer = window.setInterval(() => {
        // Twice in a row: between a dialog and what opened it the focus is nowhere for a moment.
        lost = document.activeElement === document.body ? lost + 1 : 0;
        if (lost < 2 && Date.now() < until) return;
        window.clearInterval(timer);
        if (lost >= 2) focusHeading();
      }, every);
    };
    document.addEventListener("keydown", watch, true);
    return () => {
      window.clearInterval(timer);
      document.removeEventListener("keydown", watch, true);
    };
  }, []);
}

function focusHeading() {
  const heading = document.querySelector<HTMLElement>("main h1");
  if (!heading) return;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}
