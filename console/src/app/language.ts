import { useLingui } from "@lingui/react";
import { type ComponentType, createElement, type ReactNode } from "react";

/**
 * A page that is drawn anew when the language changes: its words are looked up while it is drawn. What is typed into it
 * stays. The router draws none of its pages again by itself.
 */
export function inLanguage<P extends object>(Page: ComponentType<P>): (props: P) => ReactNode {
  function InLanguage(props: P) {
    useLingui();
    return createElement(Page, props);
  }
  // The router loads a page before it is opened by what its component offers for that.
  return Object.assign(InLanguage, { preload: (Page as { preload?: () => Promise<void> }).preload });
}
