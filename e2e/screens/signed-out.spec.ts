import { ok } from "../support/api";
import { fillSignIn } from "../support/pages/signin";
import { looker, viewports } from "../support/screen";
import { startEmpty } from "../support/server";
import { demoPassword, expect, people, test } from "../support/test";

test.describe.configure({ mode: "parallel" });

for (const viewport of viewports) {
  test(`pages before signing in, ${viewport.width} px`, async ({ open, api }) => {
    const page = await open(null, { viewport });
    const look = looker(page);
    await page.goto("/sign-in");
    await look("sign-in");
    await fillSignIn(page, people.agent.email, "wrong");
    await expect(page.getByRole("alert")).toBeVisible();
    await look("sign-in-refused");
    for (let attempt = 0; attempt < 5; attempt++) {
      await page.request.post("/api/v1/session", { data: { email: people.agent.email, password: "wrong" } });
    }
    await fillSignIn(page, people.agent.email, demoPassword);
    await expect(page.getByText(/Too many attempts/)).toBeVisible();
    await look("sign-in-throttled");
    await page.goto("/forgot-password");
    await look("forgot-password");
    await page.getByRole("textbox", { name: "E-mail" }).fill(people.agent.email);
    await page.getByRole("button", { name: "Send the link" }).click();
    await expect(page.getByRole("heading", { name: "Check your mail" })).toBeVisible();
    await look("forgot-password-sent");
    const { items } = await ok<{ items: { to: string; text: string }[] }>(await api.get("/outbox"));
    const mail = items.find((entry) => entry.to === people.agent.email)?.text ?? "";
    await page.goto(/\/reset-password\S+/.exec(mail)?.[0] ?? "");
    await page.getByRole("textbox", { name: "New password" }).fill("orchard-bicycle");
    await look("reset-password");
    await page.goto("/reset-password");
    await look("reset-password-broken");
    await page.goto("/nowhere");
    await expect(page.getByText("There is no page at this address")).toBeVisible();
    await look("not-found");
    const { temporary_password = "" } = await api.addUser({
      first_name: "Li",
      last_name: "Wu",
      email: "li@kestrellane.example",
      user_type: "agent",
    });
    await page.goto("/sign-in");
    await fillSignIn(page, "li@kestrellane.example", temporary_password);
    await expect(page.getByRole("heading", { name: "Choose a new password" })).toBeVisible();
    await look("change-password");
  });

  test(`the page of the API, ${viewport.width} px`, async ({ open }) => {
    const page = await open(null, { viewport });
    await page.goto("/api/docs");
    await expect(page.getByRole("heading", { level: 1, name: "Retinue API" })).toBeVisible();
    // Which the style sheet says, and no browser by itself.
    const beside = viewport.width > 800;
    await expect(page.locator("body")).toHaveCSS("display", beside ? "grid" : "block");
    await expect(page.getByRole("main")).toHaveCSS("padding-left", beside ? "40px" : "16px");
    // Hundreds of operations look alike, and axe takes minutes for all of them: the first of each kind stand for the rest.
    await page.evaluate(() => {
      for (const rest of document.querySelectorAll("nav ul ~ *, section:nth-of-type(n+3)")) rest.remove();
    });
    await looker(page)("api");
  });

  test(`setting up, ${viewport.width} px`, async ({ open, engine }) => {
    const server = await startEmpty(engine);
    try {
      const page = await open(null, { viewport, baseURL: new URL(server.url).origin });
      const look = looker(page);
      await page.goto("/sign-in");
      await expect(page.getByRole("heading", { name: "Almost there" })).toBeVisible();
      await look("set-up-needed");
      await page.goto(server.url);
      await expect(page.getByRole("heading", { name: "Set up Retinue" })).toBeVisible();
      await look("set-up");
    } finally {
      await server.stop();
    }
  });
}
