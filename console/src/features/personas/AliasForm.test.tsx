import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { AccountPage } from "@/features/account/AccountPage";
import { meQuery } from "@/features/account/queries";
import { refusal, serve, show, visit } from "@/test-show";
import { MyAliases } from "./MyAliases";

const me = {
  id: "user_1",
  version: 1,
  full_name: "Ada Wu",
  first_name: "Ada",
  last_name: "Wu",
  nickname: "",
  phone: "",
  email: "ada@example.org",
};
const organization = { id: "org_1", name: "Kestrel Lane", is_root: true, path: [] };
const session = { user: me, organization, organizations: [organization], permissions: [], portals: [] };

const answers = {
  "GET /me": () => me,
  "GET /me/memberships": () => ({ items: [{ organization, alias: "" }] }),
};

afterEach(() => vi.unstubAllGlobals());

const field = () => screen.findByRole("textbox", { name: "Kestrel Lane" }) as Promise<HTMLInputElement>;

test("an alias that is not saved is asked about before its tab is left", async () => {
  serve(answers);
  const at = visit("/account?tab=persona", session, AccountPage, "/account");
  await userEvent.type(await field(), "Ada");
  await userEvent.click(screen.getByRole("tab", { name: "Profile" }));
  await screen.findByRole("dialog", { name: "Discard your changes?" });
  expect(at()).toBe("/account?tab=persona");
  await userEvent.click(screen.getByRole("button", { name: "Keep editing" }));
  expect((await field()).value).toBe("Ada");
  await userEvent.clear(await field());
  await userEvent.click(screen.getByRole("tab", { name: "Profile" }));
  await waitFor(() => expect(at()).toBe("/account"));
});

test("what is typed stays when the aliases cannot be fetched again", async () => {
  let broken = false;
  serve({
    ...answers,
    "GET /me/memberships": () => (broken ? refusal("internal", 500) : answers["GET /me/memberships"]()),
  });
  const queries = show(<MyAliases me={me as never} />, session);
  await userEvent.type(await field(), "Ada");
  broken = true;
  await queries.invalidateQueries({ queryKey: meQuery.queryKey });
  expect((await screen.findByRole("alert")).textContent).toContain("could not be refreshed");
  expect((await field()).value).toBe("Ada");
});
