import { afterEach, expect, it, vi } from "vitest";
import { itemErrorText } from "@/api/messages";
import { serve } from "@/test-show";
import { bulk } from "./actions";

afterEach(() => {
  vi.unstubAllGlobals();
});

const results = ["not_found", "forbidden"].map((code, n) => ({
  id: `user_${n}`,
  full_name: "",
  ok: false,
  error: { code, detail: "" },
}));

it("takes those who are gone for deleted, and says of all else that they are gone", async () => {
  serve({ "POST /users/bulk": () => ({ results }) });
  const [gone, kept] = await bulk("delete", ["user_0", "user_1"]);
  expect(gone).toEqual({ id: "user_0", full_name: "", ok: true });
  expect(kept?.ok).toBe(false);
  const [suspended] = await bulk("suspend", ["user_0", "user_1"]);
  expect(itemErrorText(suspended?.error)).toContain("Somebody has deleted this person");
});
