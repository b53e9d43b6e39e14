import { expect, it } from "vitest";
import { failedName, problemText } from "./problems";

it("only a mail that a server refused has bounced, with that server's own line", () => {
  expect(failedName("refused")).toBe("Mail bounced");
  expect(problemText("refused", "550 no such user")).toBe("The mail server said: 550 no such user");
  expect(failedName("expired")).toBe("Not sent: the link ran out first");
  expect(problemText("expired", "its link has expired")).toBe("");
  for (const problem of ["unreachable", "credentials", "invalid", ""] as const) {
    expect(failedName(problem)).toBe("Not delivered");
    expect(problemText(problem, "dial tcp: refused")).not.toContain("said");
  }
});
