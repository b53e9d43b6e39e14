import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import type { User } from "@/api/types";
import { serve, show } from "@/test-show";
import { BulkBar } from "./BulkBar";
import { useSelection } from "./selection";

const person = (full_name: string, n: number) => ({
  id: `user_${n}`,
  full_name,
  status: "active",
  allowed_actions: ["suspend"],
});

const people = ["Ada", "Bo"].map(person);

afterEach(() => {
  vi.unstubAllGlobals();
});

function People({ people: shown = people }: { people?: object[] }) {
  const selection = useSelection("all");
  return (
    <>
      <BulkBar users={shown as unknown as User[]} selection={selection} />
      <div ref={selection.list} tabIndex={-1} data-testid="list">
        <button type="button" onClick={() => selection.set((shown as User[]).map(({ id }) => id))}>
          All
        </button>
      </div>
    </>
  );
}

test("the question stays about those who were chosen until all is done, then the list has the focus", async () => {
  let refreshed = () => {};
  const refresh = new Promise<void>((done) => {
    refreshed = done;
  });
  serve({
    "POST /users/bulk": () => ({ results: people.map(({ id, full_name }) => ({ id, full_name, ok: true })) }),
  });
  const queries = show(<People />, { permissions: [] });
  vi.spyOn(queries, "invalidateQueries").mockReturnValue(refresh);
  await userEvent.click(screen.getByRole("button", { name: "All" }));
  await userEvent.click(screen.getByRole("button", { name: "Suspend" }));
  await userEvent.click(await screen.findByRole("button", { name: "Suspend 2 people" }));
  await waitFor(() => expect(queries.invalidateQueries).toHaveBeenCalled());
  expect(screen.getByRole("dialog", { name: "Suspend 2 people?" })).toBeTruthy();
  refreshed();
  await screen.findByText("2 people were suspended.");
  expect(screen.queryByRole("region", { name: "Chosen people" })).toBeNull();
  await userEvent.click(screen.getAllByRole("button", { name: "Close" }).at(-1) as HTMLElement);
  await waitFor(() => expect(document.activeElement).toBe(screen.getByTestId("list")));
});

test("those for whom it is done already are not those with whom one may not do it", async () => {
  const done = { ...person("Cy", 2), status: "suspended", allowed_actions: ["reactivate"] };
  const boss = { ...person("Di", 3), allowed_actions: [] };
  show(<People people={[...people, done, boss]} />, { permissions: [] });
  await userEvent.click(screen.getByRole("button", { name: "All" }));
  await userEvent.click(screen.getByRole("button", { name: "Suspend" }));
  const question = await screen.findByRole("dialog", { name: "Suspend 2 people?" });
  expect(question.textContent).toContain("Already suspended: Cy");
  expect(question.textContent).toContain("You may not do this with: Di");
});
