import { t } from "@lingui/core/macro";
import { useQuery } from "@tanstack/react-query";
import type { Organization, OrganizationFeature } from "@/api/types";
import { formatList } from "@/app/format";
import { languages } from "@/app/i18n";
import { Conflict } from "@/ui/Conflict";
import { type Draft, draftOf, patchOf } from "./manage";
import { featuresQuery } from "./queries";
import { featureWords, layoutName } from "./words";

type Props = {
  base: Organization;
  mine: Draft;
  /** What somebody else has made of it where one has changed it oneself; null while nobody has. */
  current: Organization | null;
  onReload: (current: Organization) => void;
  onOverwrite: (current: Organization) => void;
  onClose: () => void;
};

function fieldLabel(field: keyof Draft): string {
  const labels: Record<keyof Draft, string> = {
    name: t`Name`,
    description: t`Description`,
    locale: t`Language`,
    timezone: t`Time zone`,
    layout: t`Dashboard layout`,
    features: t`Features`,
  };
  return labels[field];
}

function show(draft: Draft, field: keyof Draft, features: OrganizationFeature[]): string {
  switch (field) {
    case "locale":
      return languages.find(({ value }) => value === draft.locale)?.label ?? draft.locale;
    case "layout":
      return draft.layout && layoutName(draft.layout);
    case "features": {
      if (draft.features === null) return t`All that the organization above has`;
      const names = new Map(features.map((feature) => [feature.code, featureWords(feature).name]));
      return formatList(draft.features.map((code) => names.get(code) ?? code));
    }
    default:
      return draft[field];
  }
}

/** Somebody else saved the same of an organization first: shows it and lets the person decide. */
export function ManageConflict({ base, mine, current, onReload, onOverwrite, onClose }: Props) {
  const features = useQuery({ ...featuresQuery, enabled: current !== null }).data ?? [];
  const before = draftOf(base);
  const theirs = current ? draftOf(current) : before;
  const changed = Object.keys(patchOf(before, theirs) ?? {}) as (keyof Draft)[];
  return (
    <Conflict
      opened={current !== null}
      name={base.name}
      differences={changed.map((field) => ({
        key: field,
        label: fieldLabel(field),
        before: show(before, field, features),
        now: show(theirs, field, features),
        mine: show(mine, field, features),
      }))}
      onReload={() => current && onReload(current)}
      onOverwrite={() => current && onOverwrite(current)}
      onClose={onClose}
    />
  );
}
