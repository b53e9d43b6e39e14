import { fireEvent, screen, waitFor } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { serve, show } from "@/test-show";
import { AddUserPanel } from "./AddUserPanel";

afterEach(() => {
  vi.unstubAllGlobals();
});

const refused = (status: number, code: string, pointer: string, field: string) =>
  new Response(JSON.stringify({ title: "x", status, code, errors: [{ pointer, code: field, detail: "" }] }), {
    status,
    headers: { "Content-Type": "application/problem+json" },
  });

/** A server that adds the first person and whose answer to that is lost. */
function server() {
  const made = new Map<string | null, string>();
  return serve({
    "GET /custom-fields": () => ({ items: [] }),
    "GET /users": () => ({ items: [] }),
    "POST /users": (_, body, headers) => {
      const key = headers.get("Idempotency-Key");
      const text = JSON.stringify(body);
      if (made.has(key) && made.get(key) !== text)
        return refused(422, "invalid", "/Idempotency-Key", "reused");
      if (made.size > 0 && !made.has(key)) return refused(409, "conflict", "/email", "taken");
      const first = !made.has(key);
      made.set(key, text);
      if (first) throw new TypeError("Failed to fetch");
      return {
        user: { id: "user_1", full_name: "Ada" },
        temporary_password: "kept-safe",
        password_expires_at: null,
      };
    },
  });
}

const type = (label: string, value: string) =>
  fireEvent.change(screen.getByRole("textbox", { name: label }), { target: { value } });

async function lose() {
  const asked = server();
  const root = { id: "org_root", name: "Kestrel Lane", is_root: true };
  show(<AddUserPanel opened onClose={() => {}} />, { permissions: ["users.read"], organization: root });
  await screen.findByRole("dialog", { name: "Add user" });
  type("First name", "Ada");
  type("Last name", "Lovelance");
  type("E-mail", "ada@example.org");
  fireEvent.click(screen.getByRole("button", { name: "Create" }));
  await screen.findByText("Check your connection and try again.");
  return asked;
}

it("makes nobody twice when the answer was lost, and shows the password at the second attempt", async () => {
  await lose();
  fireEvent.click(screen.getByRole("button", { name: "Create" }));
  await screen.findByText("kept-safe");
});

it("says of what was corrected meanwhile that the person is probably there, and the way out", async () => {
  const asked = await lose();
  type("Last name", "Lovelace");
  fireEvent.click(screen.getByRole("button", { name: "Create" }));
  const note = await screen.findByText(/has probably added this person/);
  expect(note.textContent).toContain("Reset password");
  expect(screen.queryByText(/Use a new key/)).toBeNull();
  await waitFor(() => expect(asked.filter(({ what }) => what === "POST /users").length).toBe(3));
  // Another address is another matter.
  type("E-mail", "grace@example.org");
  expect(screen.queryByText(/has probably added this person/)).toBeNull();
});
