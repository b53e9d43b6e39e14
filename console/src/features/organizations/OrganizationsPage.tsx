import { t } from "@lingui/core/macro";
import { Button } from "@mantine/core";
import { IconBuilding, IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useCan, useSession } from "@/app/session";
import { ErrorState } from "@/ui/ErrorState";
import { StaleNote } from "@/ui/LoadProblem";
import { EmptyState, Page } from "@/ui/Page";
import { OrganizationDetail } from "./OrganizationDetail";
import { OrganizationPanel } from "./OrganizationPanel";
import { OrganizationTree } from "./OrganizationTree";
import classes from "./organizations.module.css";
import { organizationsQuery } from "./queries";

/** The company's client organizations, and of the chosen one its people and what it sets for them. */
export function OrganizationsPage() {
  const may = useCan();
  const { organization: place } = useSession();
  const raw = useSearch({ strict: false });
  const navigate = useNavigate();
  const list = useQuery(organizationsQuery);
  const [addBelow, setAddBelow] = useState("");
  const organizations = list.data;
  const wanted = typeof raw.organization === "string" ? raw.organization : "";
  const chosen = organizations?.find(({ id }) => id === (wanted || place.id));
  const select = (id: string, tab = "") =>
    void navigate({
      to: "/admin/organizations",
      search: { organization: id, ...(tab && { tab }) },
    });
  const tab = raw.tab === "manage" ? "manage" : "";
  const newHere = place.is_root ? t`New client` : t`New organization`;
  return (
    <Page
      title={place.is_root ? t`Clients` : t`Organization`}
      lead={
        place.is_root
          ? t`The company and its client organizations. Each has its own people, who see nothing of the others.`
          : t`Your organization and what is below it.`
      }
      actions={
        may("organizations.manage") && (
          <Button leftSection={<IconPlus size={16} stroke={2} />} onClick={() => setAddBelow(place.id)}>
            {newHere}
          </Button>
        )
      }
    >
      <StaleNote query={list} />
      {list.isError && !list.data ? (
        <ErrorState error={list.error} onRetry={() => void list.refetch()} />
      ) : (
        <div className={classes.panes}>
          <OrganizationTree
            organizations={organizations}
            selected={chosen?.id ?? ""}
            onSelect={(id) => select(id, tab)}
          />
          <div className={classes.detail}>
            {chosen && (
              <OrganizationDetail
                key={chosen.id}
                organization={chosen}
                onAddBelow={() => setAddBelow(chosen.id)}
                onGone={() => select(chosen.parent_id ?? place.id)}
              />
            )}
            {organizations && !chosen && (
              <EmptyState
                icon={<IconBuilding size={32} stroke={1.5} aria-hidden="true" />}
                title={t`This organization is not here`}
                text={t`It was deleted, or is not one of yours. Choose another one.`}
              />
            )}
          </div>
        </div>
      )}
      {addBelow && (
        <OrganizationPanel
          title={addBelow === place.id ? newHere : t`New organization`}
          parent={addBelow}
          onClose={() => setAddBelow("")}
          onCreated={select}
        />
      )}
    </Page>
  );
}
