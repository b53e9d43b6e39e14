import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { serve, versioned, visit } from "@/test-show";
import { BuiltInTabs } from "./BuiltInTabs";

const organization = { id: "org_1", name: "Kestrel Lane", is_root: true, path: [] };
const session = { user: { id: "user_1" }, organization, organizations: [organization], permissions: [] };

const page = (url: string) => ({ url, mode: "frame", identify: true });
const says = (url: string) => ({ own: page(url), effective: page(url), from: organization });

afterEach(() => vi.unstubAllGlobals());

test("of two who set up a built-in tab at once the second is told", async () => {
  const app = versioned({ tab: "analytics", ...says("https://a.example/"), version: 2 });
  serve({
    "GET /organizations/org_1/tab-apps": () => ({ items: [app.now()] }),
    "PUT /organizations/org_1/tab-apps/analytics": (query, body, headers) =>
      app.patch(query, says((body as { url: string }).url), headers),
    "DELETE /organizations/org_1/tab-apps/analytics": (query, _, headers) =>
      app.patch(query, { own: null, effective: null, from: null }, headers),
  });
  visit("/admin/tabs", session, BuiltInTabs, "/admin/tabs");
  await userEvent.click(await screen.findByRole("button", { name: "Set up Analytics" }));
  const address = () => screen.findByRole("textbox", { name: "Address" }) as Promise<HTMLInputElement>;
  await userEvent.clear(await address());
  await userEvent.type(await address(), "https://mine.example/");
  app.change(says("https://theirs.example/"));
  const save = () => userEvent.click(screen.getByRole("button", { name: "Save" }));
  await save();
  await screen.findByRole("alert");
  expect(app.now().own.url).toBe("https://theirs.example/");
  expect((await address()).value).toBe("https://mine.example/");
  await save();
  await waitFor(() => expect(app.now().own.url).toBe("https://mine.example/"));
  await waitFor(() => expect(screen.queryByRole("button", { name: "Save" })).toBeNull());
  await userEvent.click(await screen.findByRole("button", { name: "Set up Analytics" }));
  await userEvent.click(await screen.findByRole("radio", { name: "What is set further up, or nothing" }));
  await save();
  await waitFor(() => expect(app.now().own).toBeNull());
});
