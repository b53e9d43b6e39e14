import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { User } from "@/api/types";
import { refusal, serve, show } from "@/test-show";
import type { AskedAction } from "./actions";
import { type PendingAction, UserDialogs } from "./UserDialogs";

const ada = { id: "user_a", full_name: "Ada", last_sign_in_at: null } as User;
const bo = { id: "user_b", full_name: "Bo", last_sign_in_at: "2026-11-01T09:00:00Z" } as User;

afterEach(() => {
  vi.unstubAllGlobals();
});

/** Two people and a button for each. */
function People({ action }: { action: AskedAction }) {
  const [pending, setPending] = useState<PendingAction>(null);
  return (
    <>
      {[ada, bo].map((user) => (
        <button key={user.id} type="button" onClick={() => setPending({ action, user })}>
          {user.full_name}
        </button>
      ))}
      <UserDialogs pending={pending} onClose={() => setPending(null)} />
    </>
  );
}

const click = async (name: string) =>
  userEvent.click(await screen.findByRole("button", { name, hidden: true }));

const preview = {
  to: "x@example.org",
  from_name: "Us",
  reply_to: "",
  subject: "Come in",
  html: "<p>Hello</p>",
};
const mail = { ...preview, organization: { id: "org_1", name: "Kestrel Lane" } };

describe("what was refused for one person", () => {
  it.each([
    ["log_in_as", "Log in", { "POST /users/user_a/impersonate": () => refusal("forbidden") }],
    [
      "invite",
      "Send invitation",
      {
        "POST /users/user_a/invitation/preview": () => mail,
        "POST /users/user_b/invitation/preview": () => mail,
        "POST /users/user_a/invitation": () => refusal("forbidden"),
      },
    ],
  ] as const)("is not shown with another: %s", async (action, send, answers) => {
    serve(answers);
    show(<People action={action} />, { permissions: [], features: { outbox: true } });
    await click("Ada");
    await waitFor(async () =>
      expect((await screen.findByRole("button", { name: send })) as HTMLButtonElement).toHaveProperty(
        "disabled",
        false,
      ),
    );
    await click(send);
    await screen.findByRole("alert");
    await click("Cancel");
    await click("Bo");
    await screen.findByRole("dialog", { name: /Bo/ });
    expect(screen.queryByRole("alert")).toBeNull();
  });
});

describe("an invitation of somebody of the directory", () => {
  const answers = {
    "POST /users/user_a/invitation/preview": () => mail,
    "POST /users/user_a/invitation": () => ({}),
  };

  it("waits in the outbox, which is said with the way there, where no mail is sent", async () => {
    serve(answers);
    show(<People action="invite" />, { permissions: ["outbox.read"], features: { outbox: true } });
    await click("Ada");
    await screen.findByText("x@example.org");
    await click("Send invitation");
    await screen.findByText("1 invitation waits in the outbox");
    expect(screen.getByRole("link", { name: "Open the links in the outbox" })).toBeTruthy();
    await click("Done");
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  });

  it("is a link to sign in with for who has signed in before", async () => {
    serve({
      "POST /users/user_b/invitation/preview": () => mail,
      "POST /users/user_b/invitation": () => ({}),
    });
    show(<People action="invite" />, { permissions: [], features: { outbox: true } });
    await click("Bo");
    await screen.findByRole("dialog", { name: "Send Bo a sign-in link" });
    await screen.findByText("x@example.org");
    await click("Send sign-in link");
    await screen.findByText("The sign-in link waits in the outbox");
  });
});

describe("somebody whom another admin has deleted meanwhile", () => {
  const deletion = { id: "user_a", full_name: "", organizations: [], owns: [] };

  it("is told to be gone, and what is on screen is fetched again", async () => {
    serve({ "POST /users/user_a/suspend": () => refusal("not_found", 404) });
    const queries = show(<People action="suspend" />, { permissions: [] });
    const again = vi.spyOn(queries, "invalidateQueries");
    await click("Ada");
    await click("Suspend Ada");
    expect((await screen.findByRole("alert")).textContent).toContain("Somebody has deleted this person");
    expect(again).toHaveBeenCalled();
  });

  it("counts as deleted", async () => {
    serve({
      "POST /users/deletion-preview": () => ({ items: [deletion] }),
      "DELETE /users/user_a": () => refusal("not_found", 404),
    });
    show(<People action="delete" />, { permissions: [], organization: { id: "org_1" } });
    await click("Ada");
    const button = await screen.findByRole("button", { name: "Delete Ada" });
    await waitFor(() => expect(button).toHaveProperty("disabled", false));
    await click("Delete Ada");
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  });
});

describe("the form of somebody", () => {
  const form = async (answer: () => unknown) => {
    const asked = serve({ "GET /users/user_a": answer });
    show(<People action="edit" />, { permissions: [] });
    await click("Ada");
    await screen.findByRole("dialog", { name: "Edit Ada" });
    return asked;
  };

  it("says that it is on its way, and can be closed", async () => {
    await form(() => new Promise(() => {}));
    expect((await screen.findByText("Loading")).getAttribute("role")).toBe("status");
    expect(document.querySelector('[aria-busy="true"]')).toBeTruthy();
    await click("Cancel");
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  });

  it("can be asked for again after an error", async () => {
    const asked = await form(() => refusal("internal", 500));
    await click("Try again");
    await waitFor(() => expect(asked.length).toBe(2));
  });

  it("is not asked for again when nobody is there", async () => {
    await form(() => refusal("not_found", 404));
    expect((await screen.findByRole("alert")).textContent).toContain("Somebody has deleted this person");
    expect(screen.queryByRole("button", { name: "Try again" })).toBeNull();
  });
});
