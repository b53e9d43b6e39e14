import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, NativeSelect, TextInput, Tooltip } from "@mantine/core";
import { IconRefresh, IconSearch } from "@tabler/icons-react";
import { useRouter } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import type { Role } from "@/api/types";
import { shortcutsEnabled } from "@/app/preferences";
import { FieldFilters } from "@/features/fields/FieldFilters";
import { roleName } from "@/features/roles/roleNames";
import { TeamSelect } from "@/features/teams/TeamSelect";
import ui from "@/ui/ui.module.css";
import { useShortcuts } from "@/ui/useShortcuts";
import { isFiltered, noFilters, type UserSearch } from "./filters";
import classes from "./UsersPage.module.css";
import { personTypes, userTypeName } from "./userTypes";

type Props = {
  search: UserSearch;
  roles: Role[];
  onChange: (change: Partial<UserSearch>) => void;
  onRefresh: () => void;
  refreshing: boolean;
};

/** Search, status, type and role together; each change is in the address at once. */
export function FilterBar({ search, roles, onChange, onRefresh, refreshing }: Props) {
  const all = { value: "", label: "" };
  return (
    // biome-ignore lint/a11y/useSemanticElements: the search element is not in every browser yet
    <div className={classes.filters} role="search" aria-label={t`Filter people`}>
      <SearchInput
        value={search.search}
        onChange={(value) => onChange({ search: value })}
        placeholder={t`Search name or e-mail`}
      />
      <NativeSelect
        className={classes.select}
        aria-label={t`Status`}
        value={search.status}
        onChange={(event) => onChange({ status: event.currentTarget.value })}
        data={[
          { ...all, label: t`Any status` },
          { value: "active", label: t`Active` },
          { value: "suspended", label: t`Suspended` },
          { value: "deleted", label: t`Deleted` },
        ]}
      />
      {search.status !== "deleted" && <MoreFilters search={search} roles={roles} onChange={onChange} />}
      <Tooltip label={t`Load the list again`}>
        <Button
          className={ui.phoneIcon}
          variant="default"
          leftSection={<IconRefresh size={16} stroke={1.75} />}
          onClick={onRefresh}
          data-busy={refreshing || undefined}
        >
          <Trans>Refresh</Trans>
        </Button>
      </Tooltip>
      {isFiltered(search) && (
        <Button variant="subtle" color="gray" onClick={() => onChange(noFilters)}>
          <Trans>Clear filters</Trans>
        </Button>
      )}
    </div>
  );
}

/** What those who were deleted have no more: a type to choose by, roles, teams, fields. */
function MoreFilters({ search, roles, onChange }: Pick<Props, "search" | "roles" | "onChange">) {
  const all = { value: "", label: "" };
  return (
    <>
      <NativeSelect
        className={classes.select}
        aria-label={t`User type`}
        value={search.user_type}
        onChange={(event) => onChange({ user_type: event.currentTarget.value })}
        data={[
          { ...all, label: t`Any type` },
          ...[...personTypes, "service"].map((type) => ({ value: type, label: userTypeName(type) })),
        ]}
      />
      {roles.length > 0 && (
        <NativeSelect
          className={classes.select}
          aria-label={t`Role`}
          value={search.role}
          onChange={(event) => onChange({ role: event.currentTarget.value })}
          data={[
            { ...all, label: t`Any role` },
            ...roles.map((role) => ({ value: role.id, label: roleName(role) })),
          ]}
        />
      )}
      <TeamSelect
        className={classes.select}
        label={t`Team`}
        placeholder={t`Any team`}
        value={search.team}
        onChange={(team) => onChange({ team })}
      />
      <FieldFilters values={search.fields} onChange={(fields) => onChange({ fields })} />
    </>
  );
}

type SearchProps = { value: string; onChange: (value: string) => void; placeholder: string; label?: string };

/** A search field that waits for a pause in typing. The key / jumps to it. */
export function SearchInput({ value, onChange, placeholder, label }: SearchProps) {
  const [text, setText] = useState(value);
  const sent = useRef(value);
  const input = useRef<HTMLInputElement>(null);
  const change = useRef(onChange);
  useEffect(() => {
    change.current = onChange;
  });
  useEffect(() => {
    // The address changed by other means (back, a link, "clear"): follow it.
    if (value !== sent.current) {
      sent.current = value;
      setText(value);
    }
  }, [value]);
  const router = useRouter({ warn: false });
  useEffect(() => {
    if (text === sent.current) return;
    const timer = setTimeout(() => {
      sent.current = text;
      change.current(text);
    }, 250);
    // Whoever leaves for another page, which may take a moment to arrive, is not called back to the list.
    const forget = router?.subscribe("onBeforeNavigate", ({ pathChanged }) => {
      if (pathChanged) clearTimeout(timer);
    });
    return () => {
      clearTimeout(timer);
      forget?.();
    };
  }, [text, router]);
  useShortcuts({ "/": () => input.current?.focus() });
  return (
    <TextInput
      ref={input}
      className={classes.search}
      type="search"
      aria-label={label ?? placeholder}
      aria-keyshortcuts={shortcutsEnabled() ? "/" : undefined}
      placeholder={placeholder}
      leftSection={<IconSearch size={16} stroke={1.75} />}
      value={text}
      maxLength={200}
      onChange={(event) => setText(event.currentTarget.value)}
    />
  );
}
