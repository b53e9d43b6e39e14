import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { serve, visit } from "@/test-show";
import { ImportRun } from "./ImportRun";

afterEach(() => {
  vi.unstubAllGlobals();
});

test("an import is cancelled only after it was said who stays", async () => {
  const run = {
    id: "import_1",
    file_name: "people.csv",
    state: "running",
    rows_total: 9,
    rows_checked: 9,
    rows_valid: 9,
    rows_invalid: 0,
    rows_done: 3,
    created: 3,
    skipped: 0,
  };
  const asked = serve({
    "GET /user-imports/import_1": () => run,
    "GET /user-imports/import_1/report": () => ({ items: [] }),
    "POST /user-imports/import_1/cancel": () => ({ ...run, state: "cancelled" }),
  });
  const cancelled = () => asked.some(({ what }) => what.endsWith("/cancel"));
  visit("/import", { permissions: [] }, () => <ImportRun id="import_1" />, "/import");
  await userEvent.click(await screen.findByRole("button", { name: "Cancel the import" }));
  expect(cancelled()).toBe(false);
  const question = await screen.findByRole("dialog", { name: "Cancel the import of people.csv?" });
  expect(question.textContent).toContain("3 people are added already and stay.");
  await userEvent.click(screen.getAllByRole("button", { name: "Cancel the import" }).at(-1) as HTMLElement);
  await waitFor(() => expect(cancelled()).toBe(true));
});
