import { useEffect } from "react";

/**
 * Gives the focus back to what opened a dialog. The library does so for dialogs that were there before they
 * opened; many of ours are mounted open.
 */
export function useFocusBack(opened: boolean): void {
  useEffect(() => {
    if (!opened) return;
    // The dialog takes the focus a moment after this.
    const opener = document.activeElement;
    return () => {
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus({ preventScroll: true });
    };
  }, [opened]);
}
