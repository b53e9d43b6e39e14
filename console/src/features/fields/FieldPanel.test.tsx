import { screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { show } from "@/test-show";
import { FieldPanel } from "./FieldPanel";

it("says of whom a required field is asked: nobody who accepts an invitation", () => {
  show(<FieldPanel field={null} onClose={() => {}} onSaved={() => {}} />, { permissions: [] });
  expect(screen.getByText(/^People you add or import need it\./)).toBeDefined();
});
