let leaving = false;

/**
 * Leaves the page for another one by a full load, and asks nobody about what they have typed: they have decided already,
 * or are signed out and could not save it.
 */
export function leaveFor(path: string): void {
  leaving = true;
  window.location.assign(path);
}

/** Loads the page anew, like leaveFor. */
export function loadAnew(): void {
  leaving = true;
  window.location.reload();
}

/** Whether the page is being left by leaveFor. */
export function isLeaving(): boolean {
  return leaving;
}

let unsaved = 0;

/** Counts a form with something unsaved in it until the returned function is called. */
export function holdUnsaved(): () => void {
  unsaved++;
  return () => {
    unsaved--;
  };
}

/** Whether any form on the page has something unsaved in it. */
export function hasUnsaved(): boolean {
  return unsaved > 0;
}
