import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { MantineProvider } from "@mantine/core";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import type { BulkResult, User } from "@/api/types";
import { setTimezone } from "@/app/format";
import { named } from "./BulkBar";
import { BulkResultDialog } from "./BulkResultDialog";

const person = (id: string, full_name: string) => ({ id, full_name }) as User;

const reset = (id: string, full_name: string, password_expires_at: string) => ({
  id,
  full_name,
  ok: true,
  temporary_password: `secret-${id}`,
  password_expires_at,
});

function show(...items: BulkResult[]) {
  setTimezone("UTC");
  const { unmount } = render(
    <I18nProvider i18n={i18n}>
      <MantineProvider>
        <BulkResultDialog results={{ action: "reset_password", items }} onClose={() => {}} />
      </MantineProvider>
    </I18nProvider>,
  );
  const text = screen.getByRole("dialog").textContent ?? "";
  unmount();
  return text;
}

test("new passwords say until when they work, each for itself when they differ", () => {
  const first = "2026-12-03T10:00:00Z";
  expect(show(reset("u1", "Ada", first), reset("u2", "Bo", first))).toMatch(
    /They work until December 3, 2026 at 10:00.AM\./,
  );
  const mixed = show(reset("u1", "Ada", first), reset("u2", "Bo", "2026-12-01T08:00:00Z"));
  expect(mixed).toMatch(
    /Ada.*Works until December 3, 2026 at 10:00.AM.*Bo.*Works until December 1, 2026 at 8:00.AM/,
  );
  expect(mixed).not.toContain("They work until");
});

test("new passwords are not lost by Escape: the dialog closes when somebody says that they have them", async () => {
  const onClose = vi.fn();
  const items = [reset("u1", "Ada", "2026-12-03T10:00:00Z")];
  render(
    <I18nProvider i18n={i18n}>
      <MantineProvider>
        <BulkResultDialog results={{ action: "reset_password", items }} onClose={onClose} />
      </MantineProvider>
    </I18nProvider>,
  );
  await userEvent.keyboard("{Escape}");
  expect(onClose).not.toHaveBeenCalled();
  expect(screen.queryByRole("button", { name: "Close" })).toBeNull();
  const done = screen.getByRole("button", { name: "Done" }) as HTMLButtonElement;
  expect(done.disabled).toBe(true);
  await userEvent.click(screen.getByRole("checkbox", { name: "I have copied it" }));
  await userEvent.click(done);
  expect(onClose).toHaveBeenCalledOnce();
});

test("the result of a bulk action names everybody, with the reason and what is missing", () => {
  const items = named(
    [
      { id: "u1", full_name: "", ok: false, error: { code: "not_found", detail: "x" } },
      {
        id: "u2",
        full_name: "Bo",
        ok: false,
        error: { code: "escalation", detail: "x", reason: "own_access" },
      },
      {
        id: "u3",
        full_name: "Cy",
        ok: false,
        error: {
          code: "escalation",
          detail: "x",
          reason: "holds_more",
          missing_permissions: ["policies.manage"],
        },
      },
    ],
    [person("u1", "Ada"), person("u2", "Bo"), person("u3", "Cy")],
  );
  render(
    <I18nProvider i18n={i18n}>
      <MantineProvider>
        <BulkResultDialog results={{ action: "suspend", items }} onClose={() => {}} />
      </MantineProvider>
    </I18nProvider>,
  );
  const said = screen.getAllByRole("listitem").map((item) => item.textContent);
  expect(said[0]).toMatch(/^Ada: It may have been deleted/);
  expect(said[1]).toMatch(/^Bo: You can't change your own access/);
  expect(said[2]).toMatch(/^Cy: This person may do more than you\..* Missing: Manage policies\.$/);
});
