import { client, ifMatch, sendBytes, unwrap } from "@/api/client";
import type { Organization, OrganizationPatch } from "@/api/types";
import { sameSet } from "@/features/users/userForm";
import type { PhotoChange } from "@/ui/photo/PhotoField";

/** What the form of an organization holds. */
export type Draft = {
  name: string;
  description: string;
  locale: string;
  timezone: string;
  layout: Organization["layout"];
  features: string[] | null;
};

export const draftOf = (organization: Organization): Draft => ({
  name: organization.name,
  description: organization.description,
  locale: organization.locale,
  timezone: organization.timezone,
  layout: organization.layout,
  features: organization.features,
});

function sameFeatures(a: string[] | null, b: string[] | null): boolean {
  return a === null || b === null ? a === b : sameSet(a, b);
}

/** Only what differs, as a merge patch; null if nothing does. */
export function patchOf(before: Draft, after: Draft): OrganizationPatch | null {
  const patch: OrganizationPatch = {};
  for (const field of ["name", "description", "locale", "timezone"] as const) {
    if (after[field].trim() !== before[field]) patch[field] = after[field].trim();
  }
  if (after.layout !== before.layout) patch.layout = after.layout;
  if (!sameFeatures(before.features, after.features)) patch.features = after.features;
  return Object.keys(patch).length > 0 ? patch : null;
}

export type Sent = { draft: Draft; logo: PhotoChange; version: Organization["version"] };

/**
 * Saves what differs from base, then the picture; onSaved is told what the server has after the first step. Whoever
 * tries again after a picture that was refused goes on from there.
 */
export async function saveAll(
  base: Organization,
  { draft, logo, version }: Sent,
  onSaved: (saved: Organization) => void,
): Promise<Organization> {
  const path = { id: base.id };
  const patch = patchOf(draftOf(base), draft);
  let saved = base;
  if (patch) {
    saved = await unwrap<Organization>(
      client.PATCH("/organizations/{id}", {
        params: { path, header: { "If-Match": ifMatch(version) } },
        headers: { "Content-Type": "application/merge-patch+json" },
        body: patch,
      }),
    );
    onSaved(saved);
  }
  if (logo instanceof Blob) {
    saved = await sendBytes<Organization>("PUT", `/api/v1/organizations/${base.id}/logo`, logo);
  }
  if (logo === "remove") {
    saved = await unwrap<Organization>(client.DELETE("/organizations/{id}/logo", { params: { path } }));
  }
  return saved;
}
