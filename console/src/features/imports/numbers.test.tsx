import { render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import type { Import } from "@/api/types";
import { Numbers } from "./ImportRun";

test("before an import starts, the numbers add up to the lines checked", () => {
  const entry = { state: "ready", rows_checked: 10, rows_valid: 6, skipped: 3, rows_invalid: 1 };
  render(<Numbers entry={entry as Import} />);
  const numbers = screen.getAllByRole("definition").map((number) => Number(number.textContent));
  expect(numbers).toEqual([10, 6, 3, 1]);
});
