import { cleanup, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import type { Organization } from "@/api/types";
import { refusal, serve, show, versioned } from "@/test-show";
import { ManageForm } from "./ManageForm";
import { saveAll } from "./manage";

const client = {
  id: "org_1",
  version: 1,
  name: "Brightdesk",
  description: "",
  locale: "",
  timezone: "",
  layout: "",
  features: null,
  is_root: false,
  parent_id: null,
  logo_url: null,
  allowed_actions: ["edit"],
  effective: { timezone: "UTC", available_features: [] },
} as unknown as Organization;

/** What a client is offered for the language. */
const asAbove = () =>
  within(screen.getByRole("combobox", { name: /Language/ })).getAllByRole("option")[0]?.textContent;

test("what comes from above is named, also where the organization has its own", async () => {
  const effective = { timezone: "UTC", locale: "de", layout: "vertical", available_features: [] };
  const above = { ...client, id: "org_root", effective: { ...effective, locale: "fr" } };
  serve({
    "GET /organizations/org_root": () => above,
    "GET /domains": () => ({
      items: [
        { id: "dom_1", host: "help.brightdesk.example", state: "failing", organization: { id: "org_1" } },
      ],
    }),
  });
  const own = { ...client, parent_id: "org_root", locale: "de", effective } as unknown as Organization;
  const permissions = ["branding.manage"];
  show(<ManageForm organization={own} />, { permissions });
  await waitFor(() => expect(asAbove()).toBe("As above: Français"));
  screen.getByRole("button", { name: "Choose logo" });
  const domains = await screen.findByRole("list", { name: "Domains" });
  expect(domains.textContent).toContain("help.brightdesk.example");
  expect(domains.textContent).toContain("Proof is gone");
  cleanup();
  show(<ManageForm organization={{ ...own, locale: "" }} />, { permissions });
  expect(asAbove()).toBe("As above: Deutsch");
  cleanup();
  const unset = { ...own, locale: "", effective: { ...effective, locale: "" } } as unknown as Organization;
  show(<ManageForm organization={unset} />, { permissions });
  expect(asAbove()).toBe("As above: the browser's language");
});

afterEach(() => vi.unstubAllGlobals());

function open() {
  const server = versioned(client);
  const asked = serve({ "PATCH /organizations/org_1": server.patch });
  show(<ManageForm organization={client} />, { permissions: [] });
  const field = (name: string) => screen.getByRole("textbox", { name }) as HTMLInputElement;
  const save = () => userEvent.click(screen.getByRole("button", { name: "Save" }));
  return { server, asked, field, save };
}

test("who changes the same as somebody else sees theirs beside their own, and decides", async () => {
  const { server, field, save } = open();
  await userEvent.type(field("Description"), "Lamps");
  server.change({ description: "Desks", name: "Brightdesk & Sons" });
  await save();
  const dialog = await screen.findByRole("dialog", { name: "Somebody else changed Brightdesk" });
  const row = within(dialog).getByRole("row", { name: /Description/ });
  expect(row.textContent).toContain("Desks");
  expect(row.textContent).toContain("Lamps");
  expect(field("Description").value).toBe("Lamps");
  await userEvent.click(within(dialog).getByRole("button", { name: "Save mine on top" }));
  await waitFor(() => expect(field("Name").value).toBe("Brightdesk & Sons"));
  expect(server.now()).toMatchObject({ description: "Lamps", name: "Brightdesk & Sons", version: 3 });
});

test("they can take theirs instead", async () => {
  const { server, field, save } = open();
  await userEvent.type(field("Description"), "Lamps");
  server.change({ description: "Desks" });
  await save();
  await userEvent.click(await screen.findByRole("button", { name: "Take theirs and start again" }));
  expect(field("Description").value).toBe("Desks");
  await userEvent.type(field("Description"), " and lamps");
  await save();
  await waitFor(() => expect(server.now().description).toBe("Desks and lamps"));
});

test("after a logo that was refused, what was saved before it is no change of somebody else's", async () => {
  const server = versioned(client);
  let refused = false;
  const asked = serve({
    "PATCH /organizations/org_1": server.patch,
    "PUT /organizations/org_1/logo": () => {
      if (refused) return server.change({ logo_url: "/x" });
      refused = true;
      return refusal("too_large", 413);
    },
  });
  let base = client;
  const sent = () => ({
    draft: { ...client, description: "Lamps" },
    logo: new Blob(["x"], { type: "image/png" }),
    version: base.version,
  });
  const onSaved = (saved: Organization) => {
    base = saved;
  };
  await expect(saveAll(base, sent(), onSaved)).rejects.toThrow();
  expect(base).toMatchObject({ version: 2, description: "Lamps" });
  await saveAll(base, sent(), onSaved);
  expect(asked.map(({ what }) => what.split(" ")[0])).toEqual(["PATCH", "PUT", "PUT"]);
});
