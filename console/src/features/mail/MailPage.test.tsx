import { act, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { refusal, serve, show, versioned, visit } from "@/test-show";
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
  version: 1,
};

const template = {
  kind: "invitation",
  locale: "en",
  own: false,
  updated_at: null as string | null,
  text: { subject: "Join us", body: "Hello", button: "Join", note: "" },
  variables: [],
  version: 1,
};

afterEach(() => vi.unstubAllGlobals());

const field = (name: string) => screen.findByRole("textbox", { name }) as Promise<HTMLInputElement>;

async function type(name: string, text: string) {
  await userEvent.clear(await field(name));
  await userEvent.type(await field(name), text);
}

const changedAt = "2026-11-20T10:00:00Z";

/** A server that keeps the settings and one text, which others change, too. */
function keeper() {
  const sender = versioned(settings);
  const text = versioned(template);
  const kept = { sender, text, broken: false };
  const broken = () => refusal("internal", 500);
  serve({
    "GET /mail-settings": () => (kept.broken ? broken() : sender.now()),
    "PUT /mail-settings": sender.patch,
    "GET /mail-templates": () => (kept.broken ? broken() : { items: [text.now()] }),
    "PUT /mail-templates": (query, sent, headers) => {
      const { subject, body, button, note } = sent as typeof template.text;
      const own = { own: true, updated_at: changedAt, text: { subject: subject.trim(), body, button, note } };
      return text.patch(query, own, headers);
    },
    "POST /mail-templates/reset": (query, _, headers) =>
      text.patch(query, { own: false, updated_at: null, text: template.text }, headers),
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
  await waitFor(() => expect(kept.sender.now().sender_name).toBe("People"));
  await waitFor(async () => expect((await field("Name of the sender")).value).toBe("People"));
  await userEvent.click(screen.getByRole("tab", { name: "Texts" }));
  await waitFor(() => expect(at()).toBe("/admin/mail?tab=texts"));
});

test("a text that somebody else saves does not take the place of what is typed", async () => {
  const kept = keeper();
  const queries = show(<TemplateEditor />, session);
  await type("Subject", "Mine");
  kept.text.change({ own: true, updated_at: changedAt, text: { ...template.text, button: "Come in" } });
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
  await waitFor(() => expect(kept.text.now().own).toBe(true));
  await waitFor(async () => expect((await field("Subject")).value).toBe("Mine"));
  expect(save().disabled).toBe(true);
  await type("Subject", "More");
  await userEvent.click(await screen.findByRole("button", { name: "Back to the built-in text" }));
  await userEvent.click(await screen.findByRole("button", { name: "Remove your own text" }));
  await waitFor(async () => expect((await field("Subject")).value).toBe("Join us"));
  expect(save().disabled).toBe(true);
});

test("of two who change a text at once the second is told, and overwrites what the first wrote only knowingly", async () => {
  const kept = keeper();
  show(<TemplateEditor />, session);
  await type("Subject", "Mine");
  kept.text.change({
    own: true,
    updated_at: changedAt,
    text: { ...template.text, subject: "Theirs", note: "New" },
  });
  const save = () => userEvent.click(screen.getByRole("button", { name: "Save the text" }));
  await save();
  await screen.findByRole("alert");
  expect(kept.text.now().text.subject).toBe("Theirs");
  expect((await field("Subject")).value).toBe("Mine");
  expect((await field("Note below the button")).value).toBe("New");
  await save();
  await waitFor(() => expect(kept.text.now().text).toMatchObject({ subject: "Mine", note: "New" }));
});

test("the built-in text is not taken back over what somebody else has just written", async () => {
  const kept = keeper();
  kept.text.change({ own: true, updated_at: changedAt, text: { ...template.text, subject: "Ours" } });
  show(<TemplateEditor />, session);
  await userEvent.click(await screen.findByRole("button", { name: "Back to the built-in text" }));
  kept.text.change({ text: { ...template.text, subject: "Theirs" } });
  await userEvent.click(await screen.findByRole("button", { name: "Remove your own text" }));
  await screen.findByRole("alert");
  expect(kept.text.now().text.subject).toBe("Theirs");
});

test("of two who change a sender at once the second is told", async () => {
  const kept = keeper();
  visit("/admin/mail", session, MailPage, "/admin/mail");
  await type("Name of the sender", "Mine");
  kept.sender.change({ sender_name: "Theirs", reply_to: "new@kestrel.example" });
  const save = () => userEvent.click(screen.getByRole("button", { name: "Save" }));
  await save();
  await screen.findByRole("alert");
  expect(kept.sender.now().sender_name).toBe("Theirs");
  expect((await field("Answers go to")).value).toBe("new@kestrel.example");
  await save();
  await waitFor(() => expect(kept.sender.now().sender_name).toBe("Mine"));
});
