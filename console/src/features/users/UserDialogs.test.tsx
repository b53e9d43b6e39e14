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
