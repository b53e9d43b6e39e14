import { MantineProvider } from "@mantine/core";
import { render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import type { AccessReviewRow } from "@/api/types";
import { LeftOut, leftOut } from "./LeftOut";

const rows = ["Ada", "Bo", "Cy", "Di", "Eve", "Flo"].map((full_name, row) => ({ row, full_name }));
const suggested = { pointer: "/role_ids", code: "nothing_suggested", detail: "Nothing is suggested here." };
const nothing = { code: "invalid", detail: "Some fields need attention.", errors: [suggested] };

//
test("who is left out of a decision is named, with the reason", () => {
  const left = leftOut(
    [
      { row: 0, ok: false, error: { code: "escalation", detail: "x", reason: "own_access" } },
      { row: 1, ok: true },
      { row: 2, ok: false, error: nothing },
      { row: 3, ok: false, error: nothing },
    ],
    rows as unknown as AccessReviewRow[],
  );
  expect(left.map(({ names }) => names)).toEqual([["Ada"], ["Cy", "Di"]]);
  render(
    <MantineProvider>
      <LeftOut left={left} onClose={() => {}} />
    </MantineProvider>,
  );
  const text = screen.getByRole("alert").textContent;
  expect(text).toContain("3 accounts were left out");
  expect(text).toContain("Ada: You can't change your own access.");
  expect(text).toContain("Cy and Di: Nothing is suggested here.");
});
