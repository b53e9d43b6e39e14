import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import type { Session } from "@/api/types";
import { show } from "@/test-show";
import { notifyFailed } from "@/ui/notify";
import { ImpersonationBar } from "./ImpersonationBar";

vi.mock("@/ui/notify", () => ({ notifyFailed: vi.fn(), notifyDone: vi.fn() }));

afterEach(() => {
  vi.unstubAllGlobals();
});

test("without a connection the way back to oneself says so", async () => {
  vi.stubGlobal("fetch", async () => {
    throw new TypeError("Failed to fetch");
  });
  const impersonation = { by: { full_name: "Jo" }, expires_at: "2026-12-01T10:00:00Z", may_change: false };
  const session = { user: { full_name: "Ada" }, impersonation, permissions: [] } as unknown as Session;
  show(<ImpersonationBar session={session} />, session);
  await userEvent.click(screen.getByRole("button", { name: "Back to myself" }));
  await waitFor(() => expect(notifyFailed).toHaveBeenCalledOnce());
});
