import { fireEvent, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { setTimezone } from "@/app/format";
import { serve, show } from "@/test-show";
import { StartReviewPanel } from "./StartReviewPanel";

afterEach(() => {
  vi.unstubAllGlobals();
  setTimezone(null);
});

test("a review is to be done by the end of the day that was chosen, where the person is", async () => {
  setTimezone("Pacific/Auckland");
  const asked = serve({ "POST /access-reviews": () => ({ id: "review_1" }) });
  const organization = { id: "org_root", name: "Kestrel Lane", is_root: true };
  show(<StartReviewPanel onClose={() => {}} onStarted={() => {}} />, { permissions: [], organization });
  fireEvent.change(screen.getByLabelText("To be done by"), { target: { value: "2026-12-24" } });
  await userEvent.click(screen.getByRole("button", { name: "Start review" }));
  await waitFor(() =>
    expect(asked.map(({ body }) => body)).toMatchObject([{ due_at: "2026-12-24T10:59:59.000Z" }]),
  );
});
