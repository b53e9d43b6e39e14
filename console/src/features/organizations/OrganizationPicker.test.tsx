import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { serve, show } from "@/test-show";
import { OrganizationPicker } from "./OrganizationPicker";

vi.mock("@/app/leave", () => ({ leaveFor: vi.fn() }));

afterEach(() => {
  vi.unstubAllGlobals();
});

const places = ["Acorn Dental", "Brightdesk", "Zenith"].map((name) => ({
  id: `org_${name[0]?.toLowerCase()}`,
  name,
  path: [],
}));

test("Enter right after typing goes to what is called that, not to the first of the list before", async () => {
  const asked = serve({
    "GET /me/organizations": (search) => ({
      items: places.filter(({ name }) => name.includes(search.get("search") ?? "")),
      more: false,
    }),
    "PUT /session/organization": () => ({}),
  });
  const switches = () => asked.filter(({ what }) => what.startsWith("PUT")).map(({ body }) => body);
  show(<OrganizationPicker />, { permissions: [], organization: places[1] });
  await screen.findByRole("button", { name: "Acorn Dental" });
  await userEvent.type(screen.getByRole("textbox"), "Zen{Enter}");
  expect(switches()).toEqual([]);
  await waitFor(() => expect(switches()).toEqual([{ organization_id: "org_z" }]));
});
