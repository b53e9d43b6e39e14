import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "@playwright/test";
import { ok } from "../support/api";
import { choosePassword, signIn } from "../support/pages/signin";
import { expect, people, test } from "../support/test";

/** A page of the agency's, on an origin of its own, that shows the token it is told. */
const shop = `<!doctype html><meta charset="utf-8"><title>Shop</title><h1>Shop</h1><p id="token"></p><script>
addEventListener("message", (event) => {
  if (event.source === parent && event.data?.type === "retinue:token") document.getElementById("token").textContent = event.data.token;
});
parent.postMessage({ type: "retinue:ready" }, "*");
</script>`;

async function startShop(): Promise<{ origin: string; stop: () => void }> {
	const server = createServer((_, response) => {
		response.setHeader("Content-Type", "text/html");
		response.end(shop);
	});
	await new Promise<void>((done) =>
		server.listen(0, "127.0.0.1", () => done()),
	);
	const { port } = server.address() as AddressInfo;
	return { origin: `http://127.0.0.1:${port}`, stop: () => server.close() };
}

/** Makes the organization the one in which new pages of the browser act. */
async function actIn(page: Page, shortName: string): Promise<string> {
	const { items } = await ok<{ items: { id: string; short_name: string }[] }>(
		await page.request.get("/api/v1/organizations"),
	);
	const id = items.find((item) => item.short_name === shortName)?.id ?? "";
	await ok(
		await page.request.put("/api/v1/session/organization", {
			data: { organization_id: id },
		}),
	);
	return id;
}

const parts = (token: string) =>
	token.split(".").map((part) => Buffer.from(part, "base64url"));

//
test("a custom tab shows a page that knows who is looking", async ({
	open,
	server,
}) => {
	const { origin, stop } = await startShop();
	const page = await open(people.tenant_admin.email);
	await page.goto("/admin/tabs");
	await page.getByRole("button", { name: "New tab" }).click();
	const panel = page.getByRole("dialog", { name: "New tab" });
	await expect(panel.getByRole("button", { name: "Add tab" })).toBeDisabled();
	await panel.getByRole("textbox", { name: "Title" }).fill("Shop <b>");
	await panel
		.getByRole("textbox", { name: "Address" })
		.fill(`${origin}/?client={organization}`);
	await panel.getByRole("radio", { name: "cart" }).check();
	await panel
		.getByRole("checkbox", { name: "Tell the page who is looking" })
		.check();
	await panel.getByRole("button", { name: "Add tab" }).click();
	await expect(
		page.getByRole("listitem").filter({ hasText: "Shop <b>" }),
	).toContainText("Knows who is looking");

	const client = await open(people.tenant_admin.email);
	const organization = await actIn(client, "brightdesk");
	await client.goto("/dashboard");
	await expect(
		client.getByRole("heading", { name: "Your team" }),
	).toBeVisible();
	await expect(
		client.getByRole("link", { name: "Brightdesk, home" }),
	).toBeVisible();
	await client
		.getByRole("navigation")
		.getByRole("link", { name: "Shop <b>" })
		.click();
	const framed = client
		.frameLocator("main iframe")
		.frameLocator("#page")
		.locator("#token");
	await expect(framed).toHaveText(/\./);
	const token = (await framed.textContent()) ?? "";
	const [header, payload, signature] = parts(token);
	const claims = JSON.parse(String(payload));
	expect(claims).toMatchObject({
		aud: origin,
		name: "Ines", // the nickname: by which she goes where she has no alias
		organization: { id: organization },
	});
	expect(claims.exp - claims.iat).toBeLessThanOrEqual(300);
	// The published key is that which has signed it.
	const { keys } = await (
		await fetch(`${server.url}/.well-known/jwks.json`)
	).json();
	const jwk = keys.find(
		(key: { kid: string }) => key.kid === JSON.parse(String(header)).kid,
	);
	const algorithm = { name: "ECDSA", namedCurve: "P-256" };
	const key = await crypto.subtle.importKey(
		"jwk",
		{ ...jwk, use: undefined },
		algorithm,
		false,
		["verify"],
	);
	const signed = new TextEncoder().encode(
		token.slice(0, token.lastIndexOf(".")),
	);
	const good = await crypto.subtle.verify(
		{ name: "ECDSA", hash: "SHA-256" },
		key,
		new Uint8Array(signature ?? []),
		signed,
	);
	expect(good).toBe(true);
	stop();
});

//
test("who is logged in as somebody else, only to look, sees their tabs, and the page is told of both", async ({
	open,
	api,
}) => {
	const { origin, stop } = await startShop();
	const { items } = await ok<{ items: { id: string; short_name: string }[] }>(
		await api.get("/organizations"),
	);
	const { user } = await api.addUser({
		first_name: "Petra",
		last_name: "Novak",
		email: "petra.novak@brightdesk.example",
		user_type: "member",
		organization_id: items.find((item) => item.short_name === "brightdesk")?.id,
		permissions: ["dashboard.home", "dashboard.custom_tabs"],
	});
	await ok(
		await api.post("/tabs", {
			title: "Shop",
			icon: "cart",
			url: `${origin}/`,
			mode: "frame",
			identify: true,
			audience: "everybody",
			all_organizations: true,
		}),
	);
	const page = await open(people.tenant_admin.email);
	await ok(
		await page.request.post(`/api/v1/users/${user.id}/impersonation`, {
			data: { reason: "Check the set-up before inviting" },
		}),
	);
	await page.goto("/dashboard");
	const bar = page.getByRole("complementary", {
		name: "Logged in as somebody else",
	});
	await expect(bar).toContainText("You can look, not change anything.");
	await page
		.getByRole("navigation")
		.getByRole("link", { name: "Shop", exact: true })
		.click();
	const framed = page
		.frameLocator("main iframe")
		.frameLocator("#page")
		.locator("#token");
	await expect(framed).toHaveText(/\./);
	const [, payload] = parts((await framed.textContent()) ?? "");
	const claims = JSON.parse(String(payload));
	expect(claims).toMatchObject({
		sub: user.id,
		name: "Petra Novak",
		act: { name: "Ines" }, // as she is called
	});
	expect(claims.permissions).toContain("dashboard.custom_tabs");
	stop();
});

//
test("a brand is seen at once, and stays with its organization", async ({
	open,
}) => {
	const page = await open(people.tenant_admin.email);
	await page.goto("/admin/branding");
	await page.getByRole("textbox", { name: "Name" }).fill("Kestrel Care");
	await expect(page.getByRole("region", { name: "Preview" })).toContainText(
		"Kestrel Care",
	);
	await page.getByRole("button", { name: "Save" }).click();
	await expect(
		page.getByRole("link", { name: "Kestrel Care, home" }),
	).toBeVisible();
	await page
		.getByRole("textbox", { name: "Domain" })
		.fill("https://Help.Kestrel.example/start");
	await page.getByRole("button", { name: "Add domain" }).click();
	const row = page.getByRole("listitem").filter({ hasText: "Not proved yet" });
	await expect(row).toContainText("_retinue-challenge.help.kestrel.example");
	const nobody = await open(null);
	await nobody.goto("/sign-in");
	await expect(nobody.getByRole("main")).toContainText("Kestrel Care");
	expect(
		(
			await nobody.request.get(
				"/.well-known/retinue/tls-check?domain=help.kestrel.example",
			)
		).status(),
	).toBe(404);
});

//
test("a tab that is not there, or not for somebody, opens for nobody", async ({
	open,
}) => {
	const page = await open(people.tenant_admin.email);
	const organization = await actIn(page, "volta-nord");
	const { tabs } = await ok<{ tabs: { id: string; title: string }[] }>(
		await page.request.get("/api/v1/dashboard"),
	);
	expect(tabs.map((tab) => tab.title)).toEqual([
		"Home",
		"Conversations",
		"Analytics",
		"Tickets",
	]);
	expect(
		(await page.request.get("/api/v1/dashboard/tabs/settings")).status(),
	).toBe(404);
	const agent = await open(people.agent.email);
	const frame = await agent.request.get(
		`/frames/conversations?organization=${organization}`,
		{ maxRedirects: 0 },
	);
	expect([403, 404]).toContain(frame.status());
	const nobody = await open(null);
	expect(
		(
			await nobody.request.get(
				`/frames/conversations?organization=${organization}`,
			)
		).status(),
	).toBe(401);
	await page.goto("/dashboard/settings");
	await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
});

//
test("who manages tabs and nothing else chooses among the people of their organization", async ({ open }) => {
	const page = await open(people.tenant_admin.email);
	const brightdesk = await actIn(page, "brightdesk");
	await ok(
		await page.request.post("/api/v1/users", {
			data: {
				first_name: "Ida",
				last_name: "Holm",
				email: "ida@brightdesk.example",
				user_type: "member",
				organization_id: brightdesk,
				permissions: ["portals.tenant_admin", "tabs.manage"],
				password: "orchard-bicycle-lantern-41",
			},
		}),
	);
	const hers = await open(null);
	await signIn(hers, "ida@brightdesk.example", "orchard-bicycle-lantern-41");
	await choosePassword(hers, "orchard-bicycle-lantern-42");
	await expect(hers).toHaveURL(/\/(dashboard|admin)/);
	await hers.goto("/admin/tabs");
	await hers.getByRole("button", { name: "New tab" }).click();
	const panel = hers.getByRole("dialog", { name: "New tab" });
	await panel.getByRole("radio", { name: /^Chosen people/ }).check();
	const chosen = panel.getByRole("combobox", { name: "People" });
	await chosen.fill("entwistle");
	await hers.getByRole("option", { name: "Tamsin Entwistle", exact: true }).click();
	await chosen.fill("marchetti"); // of the agency
	await expect(hers.getByText("Nobody found")).toBeVisible();
});

test("the whole team is a click away from the first of it", async ({ open }) => {
	const page = await open(people.tenant_admin.email);
	const brightdesk = await actIn(page, "brightdesk");
	for (const name of ["Ada", "Bea", "Cleo", "Dora", "Zoran"]) {
		await ok(
			await page.request.post("/api/v1/users", {
				data: {
					first_name: name,
					last_name: "Newcomer",
					email: `${name.toLowerCase()}@brightdesk.example`,
					user_type: "member",
					organization_id: brightdesk,
				},
			}),
		);
	}
	await page.goto("/dashboard");
	await page.getByRole("button", { name: /^Show all 1\d people$/ }).click();
	const team = page.getByRole("dialog", { name: "Your team" });
	await expect(team.getByRole("listitem")).toHaveCount(14);
	await team.getByRole("searchbox", { name: "Search the team" }).fill("zoran");
	await expect(team.getByRole("listitem")).toHaveCount(1);
	await expect(team.getByText("Zoran Newcomer")).toBeVisible();
	await team.getByRole("searchbox", { name: "Search the team" }).fill("nobody at all");
	await expect(team.getByText("Nobody found")).toBeVisible();
});

test("a tab whose page is not there says so, and can be tried again", async ({ open, api }) => {
	const { origin, stop } = await startShop();
	stop();
	const tab = await ok<{ id: string }>(
		await api.post("/tabs", {
			title: "Closed shop",
			icon: "cart",
			url: `${origin}/`,
			mode: "frame",
			identify: false,
			audience: "everybody",
			all_organizations: true,
		}),
	);
	const page = await open(people.tenant_admin.email);
	await actIn(page, "brightdesk");
	await page.goto(`/dashboard/${tab.id}`);
	const note = page.getByRole("status").filter({ hasText: "this page does not answer" });
	await expect(note.getByRole("link", { name: "Open in a new window" })).toBeVisible();
	await note.getByRole("button", { name: "Try again" }).click();
	await expect(note).toBeVisible();
	await note.getByRole("button", { name: "Hide this" }).click();
	await expect(note).toBeHidden();
});
