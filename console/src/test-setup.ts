import { i18n } from "@lingui/core";
import { cleanup } from "@testing-library/react";
import { afterEach } from "vitest";
import { messages } from "./locales/en.po";

i18n.loadAndActivate({ locale: "en", messages });

afterEach(cleanup);

// happy-dom has none of these; Mantine asks for them.
window.matchMedia ??= (query: string) =>
  ({
    matches: false,
    media: query,
    addEventListener: () => {},
    removeEventListener: () => {},
    addListener: () => {},
    removeListener: () => {},
    dispatchEvent: () => false,
    onchange: null,
  }) as MediaQueryList;
window.ResizeObserver ??= class {
  observe() {}
  unobserve() {}
  disconnect() {}
} as typeof ResizeObserver;
if (!document.fonts) {
  const fonts = { addEventListener: () => {}, removeEventListener: () => {} };
  Object.defineProperty(document, "fonts", { value: fonts });
}
