import { screen } from "@testing-library/react";
import { expect, it } from "vitest";
import type { Role } from "@/api/types";
import { show } from "@/test-show";
import { RoleDetail } from "./RoleDetail";

const admin = {
  id: "role_admin",
  code: "admin",
  name: "Admin",
  description: "",
  system: true,
  scope: "organization",
  members_count: 0,
  permissions: [],
} as unknown as Role;

it.each([
  [true, "Held by 0 people"],
  [false, "Held by 0 people here"],
])("counts whom the viewer sees, and says so (company: %s)", (is_root, words) => {
  show(<RoleDetail role={admin} catalogue={[]} onCopy={() => {}} />, {
    permissions: [],
    organization: { id: "org_1", is_root },
  });
  expect(screen.getByText(words)).toBeDefined();
});
