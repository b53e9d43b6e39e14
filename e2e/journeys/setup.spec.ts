import { startEmpty } from "../support/server";
import { expect, test } from "../support/test";
import { translated } from "../support/words";

test("the link that an empty server prints makes the first company and its admin, once", async ({ open, engine }) => {
  const server = await startEmpty(engine);
  try {
    const page = await open(null, { baseURL: new URL(server.url).origin });
    await page.goto("/");
    await expect(page.getByRole("heading", { name: "Almost there" })).toBeVisible();
    await page.goto(server.url);
    await expect(page.getByRole("heading", { name: "Set up Retinue" })).toBeVisible();
    const create = page.getByRole("button", { name: "Create the company" });
    await expect(create).toBeDisabled();
    await page.getByRole("textbox", { name: "Company name" }).fill("Blue Heron & Söhne");
    await expect(page.getByRole("textbox", { name: "Short name" })).toHaveValue("blue-heron-sohne");
    await page.getByRole("combobox", { name: "Language" }).selectOption("de");
    await expect(page.getByRole("textbox", { name: translated("de", "Company name") })).toHaveValue("Blue Heron & Söhne");
    await page.getByRole("combobox", { name: translated("de", "Language") }).selectOption("en");
    await page.getByRole("textbox", { name: "First name" }).fill("Ada");
    await page.getByRole("textbox", { name: "Last name" }).fill("Okafor");
    await page.getByRole("textbox", { name: "E-mail" }).fill("ada@heron.example");
    await page.getByRole("textbox", { name: "Password" }).fill("short");
    await expect(create).toBeDisabled();
    await page.getByRole("textbox", { name: "Password" }).fill("lantern-orchard-tram-77");
    await create.click();
    await expect(page).toHaveURL("/admin/users");
    await expect(page.getByRole("link", { name: "Ada Okafor", exact: true })).toBeVisible();

    const later = await open(null, { baseURL: new URL(server.url).origin });
    await later.goto(server.url);
    await expect(later.getByRole("heading", { name: "Sign in" })).toBeVisible();
    const again = await later.request.post("/api/v1/setup", {
      data: {
        token: new URL(server.url).hash.replace("#token=", ""),
        tenant_name: "Second",
        short_name: "second",
        first_name: "E",
        last_name: "Vil",
        email: "e@vil.example",
        password: "lantern-orchard-tram-78",
      },
    });
    expect(again.ok()).toBe(false);
  } finally {
    await server.stop();
  }
});
