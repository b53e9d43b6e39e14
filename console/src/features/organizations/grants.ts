import { plural } from "@lingui/core/macro";
import { permissionWords } from "@/api/permissionNames";
import type { AccessOption } from "@/api/types";
import { formatList } from "@/app/format";
import { accessWords } from "./words";

/** Permissions as the checkboxes that give them, and those that none of these gives. */
export function splitGrants(permissions: string[], options: AccessOption[]) {
  const whole = options.filter(
    (option) => option.permissions.length > 0 && option.permissions.every((id) => permissions.includes(id)),
  );
  const given = new Set(whole.flatMap((option) => option.permissions));
  return { boxes: whole, rest: permissions.filter((id) => !given.has(id)) };
}

/** How many permissions are named before they are only counted. */
const named = 3;

/** What permissions open, in words: the checkboxes by their names, then the others by what they allow. */
export function grantWords(permissions: string[], options: AccessOption[]): string {
  const { boxes, rest } = splitGrants(permissions, options);
  const names = [...boxes.map((box) => accessWords(box).name), ...permissionWords(rest.slice(0, named))];
  const more = rest.length - named;
  if (more > 0) names.push(plural(more, { one: "# more permission", other: "# more permissions" }));
  return formatList(names);
}
