import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
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

function People({ people: first = people, next = [] }: { people?: object[]; next?: object[] }) {
  const selection = useSelection("all");
  const [turned, setTurned] = useState(false);
  const shown = (turned ? next : first) as User[];
  const ids = shown.map(({ id }) => id);
  return (
    <>
      <BulkBar users={shown} selection={selection} />
      <div ref={selection.list} tabIndex={-1} data-testid="list">
        <button type="button" onClick={() => selection.put(ids, true)}>
          All
        </button>
        <button type="button" onClick={() => selection.put(ids, false)}>
          None
        </button>
        <button type="button" onClick={() => setTurned(!turned)}>
          Turn the page
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

test("who was chosen on another page stays chosen, and it is done to them, too", async () => {
  const asked = serve({ "POST /users/bulk": () => ({ results: [] }) });
  show(<People next={["Cy", "Di"].map((name, i) => person(name, i + 2))} />, { permissions: [] });
  await userEvent.click(screen.getByRole("button", { name: "All" }));
  await userEvent.click(screen.getByRole("button", { name: "Turn the page" }));
  await screen.findByText("2 people chosen, on other pages");
  await userEvent.click(screen.getByRole("button", { name: "All" }));
  await screen.findByText("4 people chosen, 2 of them on other pages");
  await userEvent.click(screen.getByRole("button", { name: "None" }));
  await userEvent.click(screen.getByRole("button", { name: "Suspend" }));
  const question = await screen.findByRole("dialog", { name: "Suspend 2 people?" });
  expect(question.textContent).toContain("Ada and Bo");
  await userEvent.click(await screen.findByRole("button", { name: "Suspend 2 people" }));
  const wanted = { what: "POST /users/bulk", body: { action: "suspend", ids: ["user_0", "user_1"] } };
  await waitFor(() => expect(asked).toContainEqual(wanted));
});

test("no more are chosen than can be done at once", async () => {
  const many = Array.from({ length: 150 }, (_, n) => person(`P${n}`, n));
  show(<People people={many} next={Array.from({ length: 150 }, (_, n) => person(`Q${n}`, n + 150))} />, {
    permissions: [],
  });
  await userEvent.click(screen.getByRole("button", { name: "All" }));
  await userEvent.click(screen.getByRole("button", { name: "Turn the page" }));
  await userEvent.click(screen.getByRole("button", { name: "All" }));
  await screen.findByText("200 people chosen, the most at once");
});

test.each([
  [false, "2 invitations are on their way"],
  [true, "2 invitations wait in the outbox"],
])("many are invited at once, with the way to the links where no mail is sent (%s)", async (kept, told) => {
  const invitable = people.map((one) => ({ ...one, allowed_actions: ["invite"] }));
  const suspended = { ...person("Cy", 2), status: "suspended", allowed_actions: ["reactivate"] };
  const asked = serve({
    "POST /users/bulk": () => ({ results: people.map(({ id, full_name }) => ({ id, full_name, ok: true })) }),
  });
  show(<People people={[...invitable, suspended]} />, {
    permissions: ["outbox.read"],
    features: { outbox: kept },
  });
  await userEvent.click(screen.getByRole("button", { name: "All" }));
  await userEvent.click(screen.getByRole("button", { name: "Invite" }));
  const question = await screen.findByRole("dialog", { name: "Invite 2 people?" });
  expect(question.textContent).toContain("Can't be invited: Cy");
  await userEvent.click(await screen.findByRole("button", { name: "Invite 2 people" }));
  await screen.findByText(told);
  expect(asked).toContainEqual({
    what: "POST /users/bulk",
    body: { action: "invite", ids: ["user_0", "user_1"] },
  });
  expect(screen.queryByRole("link", { name: "Open the links in the outbox" }) !== null).toBe(kept);
});
