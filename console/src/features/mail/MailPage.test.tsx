import { act, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { refusal, serve, show, visit } from "@/test-show";
import { MailPage } from "./MailPage";
import { TemplateEditor } from "./TemplateEditor";

const organization = { id: "org_1", name: "Kestrel Lane", is_root: true, path: [] };
const session = { user: { id: "user_1" }, organization, organizations: [organization], permissions: [] };

const settings = {
  organization,
  address: "people@kestrel.example",
  sender_name: "Kestrel",
  reply_to: "",
  inherited_name: "",
  inherited_reply_to: "",
  notices: true,
  notices_editable: true,
};

const template = {
  kind: "invitation",
  locale: "en",
  own: false,
  updated_at: null as string | null,
  text: { subject: "Join us", body: "Hello", button: "Join", note: "" },
  variables: [],
};

afterEach(() => vi.unstubAllGlobals());

const field = (name: string) => screen.findByRole("textbox", { name }) as Promise<HTMLInputElement>;

async function type(name: string, text: string) {
  await userEvent.clear(await field(name));
  await userEvent.type(await field(name), text);
}

/** A server that keeps the settings and one text, which others change, too. */
function keeper() {
  const kept = { settings, template, broken: false };
  const broken = () => refusal("internal", 500);
  serve({
    "GET /mail-settings": () => (kept.broken ? broken() : kept.settings),
    "PUT /mail-settings": (_, body) => {
      kept.settings = { ...kept.settings, ...(body as object) };
      return kept.settings;
    },
    "GET /mail-templates": () => (kept.broken ? broken() : { items: [kept.template] }),
    "PUT /mail-templates": (_, body) => {
      const { subject, body: text, button, note } = body as typeof template.text;
      kept.template = {
        ...kept.template,
        own: true,
        updated_at: "2026-11-20T10:00:00Z",
        text: { subject: subject.trim(), body: text, button, note },
      };
      return null;
    },
    "POST /mail-templates/reset": () => {
      kept.template = template;
      return null;
    },
    "POST /mail-templates/preview": () => ({ subject: "", html: "" }),
  });
  return kept;
}

test("a sender that is not saved is asked about before its tab is left", async () => {
  keeper();
  const at = visit("/admin/mail", session, MailPage, "/admin/mail");
  await type("Name of the sender", "People");
  await userEvent.click(screen.getByRole("tab", { name: "Texts" }));
  await screen.findByRole("dialog", { name: "Discard your changes?" });
  expect(at()).toBe("/admin/mail");
  await userEvent.click(screen.getByRole("button", { name: "Keep editing" }));
  expect((await field("Name of the sender")).value).toBe("People");
});

test("a sender is saved without what stands around its name, and is then nothing to lose", async () => {
  const kept = keeper();
  const at = visit("/admin/mail", session, MailPage, "/admin/mail");
  await type("Name of the sender", " People ");
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(kept.settings.sender_name).toBe("People"));
  await waitFor(async () => expect((await field("Name of the sender")).value).toBe("People"));
  await userEvent.click(screen.getByRole("tab", { name: "Texts" }));
  await waitFor(() => expect(at()).toBe("/admin/mail?tab=texts"));
});

test("a text that somebody else saves does not take the place of what is typed", async () => {
  const kept = keeper();
  const queries = show(<TemplateEditor />, session);
  await type("Subject", "Mine");
  kept.template = {
    ...template,
    own: true,
    updated_at: "2026-11-20T10:00:00Z",
    text: { ...template.text, subject: "Theirs", button: "Come in" },
  };
  await act(() => queries.invalidateQueries({ queryKey: ["mail-templates"] }));
  await waitFor(async () => expect((await field("Button")).value).toBe("Come in"));
  expect((await field("Subject")).value).toBe("Mine");
  kept.broken = true;
  await act(() => queries.invalidateQueries({ queryKey: ["mail-templates"] }));
  await screen.findByText(/could not be refreshed/);
  expect((await field("Subject")).value).toBe("Mine");
});

test("a text that was saved is what the server made of it, and going back leaves nothing of it", async () => {
  const kept = keeper();
  show(<TemplateEditor />, session);
  const save = () => screen.getByRole("button", { name: "Save the text" }) as HTMLButtonElement;
  await type("Subject", "Mine ");
  await userEvent.click(save());
  await waitFor(() => expect(kept.template.own).toBe(true));
  await waitFor(async () => expect((await field("Subject")).value).toBe("Mine"));
  expect(save().disabled).toBe(true);
  await type("Subject", "More");
  await userEvent.click(await screen.findByRole("button", { name: "Back to the built-in text" }));
  await userEvent.click(await screen.findByRole("button", { name: "Remove your own text" }));
  await waitFor(async () => expect((await field("Subject")).value).toBe("Join us"));
  expect(save().disabled).toBe(true);
});
