import { expect, test } from "vitest";
import { pendingWords } from "./PendingLink";

test("the way to the invitations says how many are pending, as far as they are counted", () => {
  expect(pendingWords(0)).toBe("Invitations");
  expect(pendingWords(1)).toBe("Invitations, 1 pending");
  expect(pendingWords(3)).toBe("Invitations, 3 pending");
  expect(pendingWords(1000)).toBe("Invitations, 1,000 or more pending");
});
