import { afterEach, expect, it, vi } from "vitest";
import { serve } from "@/test-show";
import { actIn, actingIn } from "./acting";
import { goBackToSelf, logInAs } from "./impersonation";
import { leaveFor } from "./leave";

vi.mock("./leave", () => ({ leaveFor: vi.fn() }));

afterEach(() => {
  vi.unstubAllGlobals();
  sessionStorage.clear();
  window.history.replaceState(null, "", "/");
});

const left = () => vi.mocked(leaveFor).mock.lastCall?.[0];

//
it("the way back leads to where logging in as somebody began, and nowhere else", async () => {
  serve({
    "POST /users/user_1/impersonation": () => ({}),
    "DELETE /session/impersonation": () => ({}),
  });
  window.history.replaceState(null, "", "/admin/users?search=ada");
  actIn("org_1");
  await logInAs("user_1", "Help");
  expect(left()).toBe("/");
  actIn("org_2");
  await goBackToSelf();
  expect(left()).toBe("/admin/users?search=ada");
  expect(actingIn()).toBe("org_1");
  await goBackToSelf();
  expect(left()).toBe("/");
  sessionStorage.setItem("retinue.began", JSON.stringify({ path: "//elsewhere.example" }));
  await goBackToSelf();
  expect(left()).toBe("/");
});
