import { client, ifMatch, unwrap } from "@/api/client";
import type { SelfPatch } from "@/api/types";

/** Keeps a choice of appearance in the person's profile. Failing to is no reason to bother them. */
export async function savePreference(patch: Pick<SelfPatch, "theme" | "locale">): Promise<void> {
  try {
    const me = await unwrap(client.GET("/me"));
    await unwrap(
      client.PATCH("/me", {
        params: { header: { "If-Match": ifMatch(me.version) } },
        headers: { "Content-Type": "application/merge-patch+json" },
        body: patch,
      }),
    );
  } catch {
    // The choice still holds in this browser.
  }
}

const shortcutsKey = "retinue-shortcuts";

/** Whether single-key shortcuts are on (WCAG 2.2, 2.1.4: they can be turned off). */
export function shortcutsEnabled(): boolean {
  try {
    return localStorage.getItem(shortcutsKey) !== "off";
  } catch {
    return true;
  }
}

export function setShortcutsEnabled(on: boolean): void {
  try {
    localStorage.setItem(shortcutsKey, on ? "on" : "off");
  } catch {
    // Without storage the shortcuts stay on.
  }
}
