import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import type { OrganizationBrand } from "@/api/types";
import { conflict, serve, versioned, visit } from "@/test-show";
import { BrandingPage } from "./BrandingPage";

const looks = { name: "Kestrel", color: "#205080", logo_url: null, powered_by: true };
const brand = {
  version: 1,
  organization: { id: "org_1", name: "Brightdesk" },
  own: { name: "", color: "", support_email: "", support_url: "", powered_by: "", logo_url: null },
  inherited: { ...looks, support_email: "", support_url: "" },
  effective: { ...looks, support_email: "", support_url: "" },
} as unknown as OrganizationBrand;

afterEach(() => vi.unstubAllGlobals());

const address = "/organizations/org_1/branding";
const field = (name: string) => screen.getByRole("textbox", { name }) as HTMLInputElement;
const save = () => userEvent.click(screen.getByRole("button", { name: "Save" }));

function open() {
  const server = versioned(brand);
  serve({
    "GET /domains": () => ({ items: [] }),
    [`GET ${address}`]: server.now,
    [`PUT ${address}/logo`]: () => server.change({ own: { ...server.now().own, logo_url: "/logo.png" } }),
    [`PATCH ${address}`]: (search, own, headers) => {
      const answer = server.patch(search, { own: { ...server.now().own, ...(own as object) } }, headers);
      return answer instanceof Response ? conflict() : answer;
    },
  });
  const session = { permissions: [], organization: brand.organization };
  visit("/admin/branding", session, BrandingPage, "/admin/branding");
  return server;
}

test("a logo leaves what was typed, which is saved after it", async () => {
  const server = open();
  await userEvent.type(await screen.findByRole("textbox", { name: "Name" }), "Bright");
  const logo = new File(["x"], "logo.png", { type: "image/png" });
  await userEvent.upload(screen.getByLabelText("Logo", { selector: "input" }), logo);
  await screen.findByRole("button", { name: "Remove" });
  expect(field("Name").value).toBe("Bright");
  await save();
  await waitFor(() => expect(server.now().own).toMatchObject({ name: "Bright", logo_url: "/logo.png" }));
});

test("what others have saved meanwhile is told, and the second press keeps what was typed", async () => {
  const server = open();
  await userEvent.type(await screen.findByRole("textbox", { name: "Name" }), "Bright");
  server.change({ own: { ...brand.own, name: "Theirs", support_email: "help@x.example" } });
  await save();
  expect((await screen.findByRole("alert")).textContent).toContain("What you typed is still here");
  expect(field("Name").value).toBe("Bright");
  await waitFor(() => expect(field("Support e-mail").value).toBe("help@x.example"));
  await save();
  await waitFor(() =>
    expect(server.now().own).toMatchObject({ name: "Bright", support_email: "help@x.example" }),
  );
});
