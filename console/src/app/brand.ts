import { useSyncExternalStore } from "react";

const storageKey = "retinue-accent";
const listeners = new Set<() => void>();
let color: string | null = read();

function read(): string | null {
  try {
    return localStorage.getItem(storageKey);
  } catch {
    return null;
  }
}

/** Sets the tenant's colour; it is remembered so that the next visit starts with it. */
export function setTenantColor(next: string | null | undefined): void {
  if (!next || next === color) return;
  color = next;
  try {
    localStorage.setItem(storageKey, next);
  } catch {
    // Without storage the colour comes with the first answer of the server.
  }
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useTenantColor(): string | null {
  return useSyncExternalStore(subscribe, () => color);
}

let name = "Retinue";

/** How the browser's tab calls the place: the name of the organization's brand. */
export function setBrandName(next: string | null | undefined): void {
  if (!next || next === name) return;
  document.title = document.title.endsWith(` · ${name}`)
    ? `${document.title.slice(0, -name.length)}${next}`
    : document.title;
  name = next;
}

export function brandName(): string {
  return name;
}
