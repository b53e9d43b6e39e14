import { useQueryClient } from "@tanstack/react-query";
import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { refusal, serve, visit } from "@/test-show";
import { ImportReport } from "./ImportReport";

function Refetched() {
  const queries = useQueryClient();
  return (
    <>
      <ImportReport id="import_1" state="ready" />
      <button type="button" onClick={() => void queries.invalidateQueries()}>
        Fetch again
      </button>
    </>
  );
}

afterEach(() => vi.unstubAllGlobals());

test("lines that cannot be fetched again stay, and are said to be old", async () => {
  let broken = false;
  const row = { line: 7, action: "error", field: "email", code: "required", message: "" };
  serve({
    "GET /user-imports/import_1/report": () =>
      broken ? refusal("internal", 500) : { items: [row], next_cursor: null, prev_cursor: null },
    "GET /session": () => ({}),
  });
  visit("/admin/users/import", {}, Refetched, "/admin/users/import");
  await screen.findByRole("cell", { name: "7" });
  broken = true;
  await userEvent.click(screen.getByRole("button", { name: "Fetch again" }));
  expect((await screen.findByRole("alert")).textContent).toContain("could not be refreshed");
  screen.getByRole("cell", { name: "7" });
});
