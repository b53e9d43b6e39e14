import type { Locator, Page } from "@playwright/test";
import { expect } from "../test";

/** The Users page of the Tenant Admin portal. */
export class UsersPage {
  readonly search: Locator;
  readonly table: Locator;

  constructor(readonly page: Page) {
    this.search = page.getByRole("searchbox", { name: "Search name or e-mail" });
    this.table = page.getByRole("table", { name: /^People/ });
  }

  async goto(query = ""): Promise<void> {
    await this.page.goto(`/admin/users${query}`);
    await expect(this.page.getByRole("heading", { name: "Users", level: 1 })).toBeVisible();
  }

  row(name: string): Locator {
    return this.table.getByRole("row").filter({ has: this.page.getByRole("link", { name, exact: true }) });
  }

  names(): Locator {
    return this.table.locator("tbody").getByRole("link");
  }

  /** A row's action by its whole label, such as "Suspend Ada Lovelace". */
  act(label: string): Promise<void> {
    return rowAction(this.page, label);
  }

  async find(text: string): Promise<void> {
    await this.search.fill(text);
    await expect(this.page).toHaveURL((url) => url.searchParams.get("search") === text);
    await expect(this.table.or(this.page.getByText("Nobody matches these filters"))).toBeVisible();
  }

  filter(name: "Status" | "User type" | "Role"): Locator {
    return this.page.getByRole("search").getByRole("combobox", { name, exact: true });
  }

  /** The number on one of the cards. */
  stat(name: "Total" | "Active" | "Suspended"): Locator {
    return this.page.getByText(name, { exact: true }).locator("xpath=following-sibling::div").first();
  }

  /** What the card says, once it is there: a skeleton has no number yet. */
  async count(name: "Total" | "Active" | "Suspended"): Promise<number> {
    await expect(this.stat(name)).toHaveText(/^\d+$/);
    return Number(await this.stat(name).innerText());
  }

  async openAdd(): Promise<UserForm> {
    await this.page.getByRole("button", { name: "Add user", exact: true }).click();
    return new UserForm(this.page, "Add user");
  }

  async openEdit(name: string): Promise<UserForm> {
    await this.act(`Edit ${name}`);
    const form = new UserForm(this.page, `Edit ${name}`);
    await expect(form.field("First name")).toBeVisible();
    return form;
  }
}

const verbs = /^(Access of|Delete|Edit|Invite|Log in as|Reactivate|Reset the password of|Suspend|Teams and roles of) /;

/** Opens what a row offers: beside the person, or in the menu of their row, where a phone has all of it. */
export async function rowAction(page: Page, label: string): Promise<void> {
  const beside = page.getByRole("button", { name: label, exact: true });
  const menu = page.getByRole("button", { name: `Actions for ${label.replace(verbs, "")}`, exact: true });
  await expect(beside.or(menu).first()).toBeVisible();
  if (await beside.isVisible()) return beside.click();
  await menu.click();
  await page.getByRole("menuitem", { name: label, exact: true }).click();
}

/** The panel that adds or edits a person. */
export class UserForm {
  readonly dialog: Locator;

  constructor(page: Page, title: string) {
    this.dialog = page.getByRole("dialog", { name: title, exact: true });
  }

  field(name: string): Locator {
    return this.dialog.getByRole("textbox", { name, exact: true });
  }

  select(name: string): Locator {
    return this.dialog.getByRole("combobox", { name, exact: true });
  }

  button(name: string): Locator {
    return this.dialog.getByRole("button", { name, exact: true });
  }

  /** The line that says what is missing. */
  note(): Locator {
    return this.dialog.getByRole("status");
  }

  async fill(values: Record<string, string>): Promise<void> {
    for (const [name, value] of Object.entries(values)) await this.field(name).fill(value);
  }

  async addRole(name: string): Promise<void> {
    const roles = this.dialog.getByLabel("Roles", { exact: true });
    await roles.fill(name);
    const list = this.dialog.page().getByRole("listbox", { name: "Roles" });
    await list.getByRole("option", { name, exact: true }).click();
    await roles.press("Escape");
  }
}

/** Confirms the question that is open with its button. */
export async function confirm(page: Page, title: string, action: string): Promise<void> {
  const dialog = page.getByRole("dialog", { name: title, exact: true });
  await dialog.getByRole("button", { name: action, exact: true }).click();
  await expect(dialog).toBeHidden();
}

/** Takes the secret from the dialog that shows it once, and closes it. */
export async function takeSecret(page: Page, title: string | RegExp): Promise<string> {
  const dialog = page.getByRole("dialog", { name: title });
  const secret = await dialog.getByRole("code").innerText();
  const done = dialog.getByRole("button", { name: "Done" });
  await expect(done).toBeDisabled();
  await dialog.getByRole("checkbox", { name: "I have copied it" }).check();
  await done.click();
  await expect(dialog).toBeHidden();
  return secret;
}
