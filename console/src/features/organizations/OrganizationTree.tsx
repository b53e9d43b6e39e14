import { plural, t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Skeleton } from "@mantine/core";
import { IconChevronRight, IconPlayerPause } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import type { Organization } from "@/api/types";
import { LoadProblem } from "@/ui/LoadProblem";
import { SearchInput } from "@/ui/SearchInput";
import classes from "./organizations.module.css";
import { organizationSearchQuery } from "./queries";
import { above, childrenOf } from "./tree";

type Props = {
  organizations: Organization[] | undefined;
  selected: string;
  onSelect: (id: string) => void;
};

/** How many organizations of one parent are shown before one asks for more. */
const portion = 100;

/** The organizations one manages: the tree to open and close, or what a search finds. */
export function OrganizationTree({ organizations, selected, onSelect }: Props) {
  const [search, setSearch] = useState("");
  return (
    <nav className={classes.side} aria-label={t`Organizations`}>
      <SearchInput
        value={search}
        onChange={setSearch}
        placeholder={t`Search organizations`}
        label={t`Search organizations`}
      />
      {search.trim() ? (
        <Found search={search.trim()} selected={selected} onSelect={onSelect} />
      ) : organizations ? (
        <Branches organizations={organizations} selected={selected} onSelect={onSelect} />
      ) : (
        <Rows />
      )}
    </nav>
  );
}

/** What stands for rows that are on their way. */
function Rows() {
  return [1, 2, 3, 4, 5].map((row) => <Skeleton key={row} height={32} my={4} />);
}

function Found({ search, selected, onSelect }: { search: string } & Omit<Props, "organizations">) {
  const found = useQuery({
    ...organizationSearchQuery(search, portion + 1),
    placeholderData: keepPreviousData,
  });
  const list = found.data?.slice(0, portion);
  return (
    <>
      <LoadProblem query={found} />
      {found.isPending && <Rows />}
      <ul className={classes.tree}>
        {list?.map((organization) => (
          <li key={organization.id}>
            <Entry organization={organization} selected={selected} onSelect={onSelect}>
              {organization.path.length > 0 && (
                <span className={`${classes.about} truncate`}>{organization.path.join(" / ")}</span>
              )}
            </Entry>
          </li>
        ))}
      </ul>
      <p className={classes.pickerNote} role="status">
        {found.data?.length === 0 && <Trans>No organization is called that.</Trans>}
        {(found.data?.length ?? 0) > portion && (
          <Trans>There are more. Type a longer part of the name.</Trans>
        )}
      </p>
    </>
  );
}

function Branches({ organizations, selected, onSelect }: Props & { organizations: Organization[] }) {
  const children = useMemo(() => childrenOf(organizations), [organizations]);
  const top = children.get("") ?? [];
  const [toggled, setToggled] = useState<Record<string, boolean>>({});
  const path = useMemo(() => new Set(above(organizations, selected)), [organizations, selected]);
  const [shown, setShown] = useState<Record<string, number>>({});
  const isOpen = (id: string, depth: number) => toggled[id] ?? (depth === 0 || path.has(id));
  const branch = (parent: string, list: Organization[], depth: number) => {
    const limit = shown[parent] ?? portion;
    return (
      <ul className={classes.tree} data-nested={depth > 0 || undefined}>
        {list.slice(0, limit).map((organization) => {
          const below = children.get(organization.id) ?? [];
          const open = isOpen(organization.id, depth);
          return (
            <li key={organization.id}>
              <span className={classes.node}>
                {below.length > 0 ? (
                  <button
                    type="button"
                    className={classes.toggle}
                    aria-expanded={open}
                    aria-label={
                      open
                        ? t`Hide what is below ${organization.name}`
                        : t`Show what is below ${organization.name}`
                    }
                    onClick={() => setToggled({ ...toggled, [organization.id]: !open })}
                  >
                    <IconChevronRight size={16} stroke={1.75} data-open={open || undefined} />
                  </button>
                ) : (
                  <span className={classes.toggle} />
                )}
                <Entry organization={organization} selected={selected} onSelect={onSelect} />
              </span>
              {open && below.length > 0 && branch(organization.id, below, depth + 1)}
            </li>
          );
        })}
        {list.length > limit && (
          <li>
            <Button
              variant="subtle"
              size="compact-sm"
              onClick={() => setShown({ ...shown, [parent]: limit + portion })}
            >
              {plural(list.length - limit, { one: "Show # more", other: "Show # more" })}
            </Button>
          </li>
        )}
      </ul>
    );
  };
  return branch("", top, 0);
}

type EntryProps = {
  organization: Organization;
  selected: string;
  onSelect: (id: string) => void;
  children?: React.ReactNode;
};

function Entry({ organization, selected, onSelect, children }: EntryProps) {
  const stopped = organization.status === "suspended" || organization.stopped_above;
  return (
    <button
      type="button"
      className={classes.entry}
      aria-current={organization.id === selected ? "true" : undefined}
      data-stopped={stopped || undefined}
      onClick={() => onSelect(organization.id)}
    >
      <span className={classes.pickText}>
        <span className="truncate">{organization.name}</span>
        {children}
      </span>
      {stopped && <IconPlayerPause size={14} stroke={1.75} aria-label={t`Suspended`} />}
      <span className={classes.count} title={t`People`}>
        {organization.members_count}
      </span>
    </button>
  );
}
