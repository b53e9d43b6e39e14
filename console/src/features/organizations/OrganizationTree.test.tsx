import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, test, vi } from "vitest";
import { refusal, serve, show } from "@/test-show";
import { OrganizationTree } from "./OrganizationTree";

afterEach(() => {
  vi.unstubAllGlobals();
});

test("a search that fails says so, and can be tried again", async () => {
  const found = { id: "org_z", name: "Zenith", path: [], status: "active", members_count: 2 };
  const answers = [refusal("internal", 500), { items: [found] }];
  serve({ "GET /organizations": () => answers.shift() });
  show(<OrganizationTree organizations={[]} selected="" onSelect={() => {}} />, { permissions: [] });
  await userEvent.type(screen.getByRole("searchbox"), "zen");
  await screen.findByRole("alert");
  await userEvent.click(screen.getByRole("button", { name: "Try again" }));
  await screen.findByRole("button", { name: /Zenith/ });
});
