import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Organization } from "@/api/types";
import { serve, show } from "@/test-show";
import { OrganizationPanel } from "./OrganizationPanel";
import { organizationsQuery } from "./queries";

const root = { id: "org_root", name: "Kestrel Lane", is_root: true };
const taken = {
  pointer: "/short_name",
  code: "taken",
  detail: "This short name is taken. Choose another one.",
};
const conflict = () =>
  new Response(JSON.stringify({ title: "x", status: 409, code: "conflict", errors: [taken] }), {
    status: 409,
    headers: { "Content-Type": "application/problem+json" },
  });

const nothing = () => {};
let asked: ReturnType<typeof serve> = [];

beforeEach(() => {
  asked = serve({ "POST /organizations": conflict });
  const queries = show(
    <OrganizationPanel title="New client" parent="org_root" onClose={nothing} onCreated={nothing} />,
    { permissions: [], organization: root },
  );
  const tree = [
    { ...root, path: [] },
    { id: "org_b", name: "Brightdesk", parent_id: "org_root", path: [] },
  ];
  queries.setQueryData(organizationsQuery.queryKey, tree as unknown as Organization[]);
});

afterEach(() => {
  vi.unstubAllGlobals();
});

const sent = () => asked.find(({ what }) => what === "POST /organizations")?.body;

it("sends the short name that it shows, and says at it that it is taken", async () => {
  await userEvent.type(await screen.findByRole("textbox", { name: "Name" }), "brightdesk ");
  expect(screen.getByText(/There is an organization of this name already/)).toBeTruthy();
  await userEvent.click(screen.getByRole("button", { name: "Create" }));
  await screen.findByText("This is already taken.");
  expect(screen.getByRole("textbox", { name: "Short name" }).getAttribute("aria-invalid")).toBe("true");
  expect(sent()).toMatchObject({ name: "brightdesk", short_name: "brightdesk" });
});

it("leaves the short name of a name without Latin letters to the server", async () => {
  await userEvent.type(await screen.findByRole("textbox", { name: "Name" }), "夜勤");
  expect(screen.queryByText(/of this name already/)).toBeNull();
  await userEvent.click(screen.getByRole("button", { name: "Create" }));
  await waitFor(() => expect(sent()).toMatchObject({ short_name: "" }));
});
