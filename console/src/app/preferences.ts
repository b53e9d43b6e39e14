import { useMantineColorScheme } from "@mantine/core";
import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { client, ifMatch, unwrap } from "@/api/client";
import { isApiError } from "@/api/errors";
import type { SelfPatch, User } from "@/api/types";
import { meQuery } from "@/features/account/queries";
import { notifyFailed } from "@/ui/notify";
import { adoptSession } from "./adopt";
import { sessionQuery } from "./session";

type Choice = Pick<SelfPatch, "theme" | "locale">;

// One after the other: the profile has a version, and two choices in a second must not get into each other's way.
let last: Promise<void> = Promise.resolve();

/** Keeps a choice of appearance: in the session as it is known here at once, and in the person's profile. */
export function usePreference(): (choice: Choice) => Promise<void> {
  const queryClient = useQueryClient();
  const { colorScheme: before, setColorScheme } = useMantineColorScheme();
  return async (choice) => {
    await choose(queryClient, choice);
    const saved = last.then(() => savePreference(queryClient, choice));
    last = saved.then(() => {});
    // A profile in which no theme was ever chosen tells nothing of the one that was shown.
    if (!(await saved) && choice.theme) setColorScheme(before);
  };
}

/** What is known of the session is what the next page makes the console look and speak like. */
async function choose(queryClient: QueryClient, choice: Choice): Promise<void> {
  // An answer on its way is older than the choice.
  await queryClient.cancelQueries({ queryKey: sessionQuery.queryKey });
  queryClient.setQueryData(sessionQuery.queryKey, (session) => {
    if (!session) return session;
    const { theme, locale } = choice;
    const user = {
      ...session.user,
      ...(theme && { theme }),
      ...(locale && { locale, effective_locale: locale }),
    };
    return { ...session, user };
  });
}

/**
 * Keeps a choice of appearance in the person's profile. Failing to is no reason to bother them; being refused is, and
 * gives false.
 */
async function savePreference(queryClient: QueryClient, choice: Choice): Promise<boolean> {
  try {
    const me = await unwrap<User>(client.GET("/me"));
    const saved = await unwrap<User>(
      client.PATCH("/me", {
        params: { header: { "If-Match": ifMatch(me.version) } },
        headers: { "Content-Type": "application/merge-patch+json" },
        body: choice,
      }),
    );
    // The form of the profile goes on from there.
    queryClient.setQueryData(meQuery.queryKey, saved);
  } catch (error) {
    // Where nobody refused it, the choice still holds in this browser.
    if (!isApiError(error) || error.status !== 403) return true;
    await putBack(queryClient, error);
    return false;
  }
  return true;
}

/** Goes back to what the profile says, as after a choice while one is logged in as somebody else, only to look. */
async function putBack(queryClient: QueryClient, refusal: unknown): Promise<void> {
  try {
    await adoptSession(await queryClient.fetchQuery({ ...sessionQuery, staleTime: 0 }));
  } catch {
    // Without an answer nothing is known to go back to.
  }
  notifyFailed(refusal);
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
