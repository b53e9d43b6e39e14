import { plural, t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { ActionIcon, Menu, Stack, Tabs } from "@mantine/core";
import {
  IconArrowsMove,
  IconBuilding,
  IconDots,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlus,
  IconTrash,
} from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { client, unwrap } from "@/api/client";
import type { Organization } from "@/api/types";
import { PendingLink } from "@/features/invitations/PendingLink";
import { Tag } from "@/ui/badges";
import { Confirm } from "@/ui/Confirm";
import { notifyDone } from "@/ui/notify";
import { TabStrip } from "@/ui/TabStrip";
import { DeleteOrganization } from "./DeleteOrganization";
import { ManageForm } from "./ManageForm";
import { MoveOrganization } from "./MoveOrganization";
import { OrganizationPeople } from "./OrganizationPeople";
import classes from "./organizations.module.css";
import { deletionQuery, organizationChanged } from "./queries";

type Props = {
  organization: Organization;
  onAddBelow: () => void;
  onGone: () => void;
};

type Open = "" | "move" | "suspend" | "reactivate" | "delete";

/** One organization: its people, what it sets for them, and what can be done with it. */
export function OrganizationDetail({ organization, onAddBelow, onGone }: Props) {
  const raw = useSearch({ strict: false });
  const navigate = useNavigate();
  const [open, setOpen] = useState<Open>("");
  const close = () => setOpen("");
  const editable = organization.allowed_actions.includes("edit");
  const tab = raw.tab === "manage" && editable ? "manage" : "people";
  const show = (value: string | null) =>
    void navigate({
      to: "/admin/organizations",
      search: { organization: organization.id, ...(value === "manage" ? { tab: "manage" } : {}) },
    });
  return (
    <section aria-label={organization.name}>
      <header className={classes.head}>
        {organization.effective.logo_url ? (
          <img className={classes.logo} src={organization.effective.logo_url} alt="" />
        ) : (
          <span className={classes.logo} aria-hidden="true">
            <IconBuilding size={20} stroke={1.5} />
          </span>
        )}
        <div className={classes.pickText}>
          {organization.path.length > 0 && (
            <span className={`${classes.about} truncate`}>{organization.path.join(" / ")}</span>
          )}
          <h2 className={classes.title} dir="auto">
            {organization.name}
          </h2>
        </div>
        {organization.is_root && <Tag>{t`The company`}</Tag>}
        {organization.status === "suspended" && <Tag>{t`Suspended`}</Tag>}
        {organization.status === "active" && organization.stopped_above && (
          <Tag>{t`Below a suspended organization`}</Tag>
        )}
        <PendingLink organization={organization} />
        <Actions organization={organization} onOpen={setOpen} onAddBelow={onAddBelow} />
      </header>
      {organization.description && (
        <p className={classes.description} dir="auto">
          {organization.description}
        </p>
      )}
      <Tabs value={tab} onChange={show} keepMounted={false}>
        <TabStrip mb={16}>
          <Tabs.Tab value="people">
            <Trans>People</Trans>
          </Tabs.Tab>
          {editable && (
            <Tabs.Tab value="manage">
              <Trans>Manage</Trans>
            </Tabs.Tab>
          )}
        </TabStrip>
        <Tabs.Panel value="people">
          <OrganizationPeople organization={organization} />
        </Tabs.Panel>
        {editable && (
          <Tabs.Panel value="manage">
            <ManageForm key={organization.id} organization={organization} />
          </Tabs.Panel>
        )}
      </Tabs>
      {open === "move" && <MoveOrganization organization={organization} onClose={close} />}
      {open === "delete" && (
        <DeleteOrganization organization={organization} onClose={close} onGone={onGone} />
      )}
      <ChangeStatus organization={organization} open={open} onClose={close} />
    </section>
  );
}

function Actions({
  organization,
  onOpen,
  onAddBelow,
}: {
  organization: Organization;
  onOpen: (open: Open) => void;
  onAddBelow: () => void;
}) {
  const may = (action: Organization["allowed_actions"][number]) =>
    organization.allowed_actions.includes(action);
  if (!may("edit")) return null;
  return (
    <Menu position="bottom-end" shadow="md">
      <Menu.Target>
        <ActionIcon
          className={classes.headActions}
          size={36}
          aria-label={t`Actions for ${organization.name}`}
        >
          <IconDots size={20} stroke={1.75} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconPlus size={18} stroke={1.75} />} onClick={onAddBelow}>
          <Trans>New organization below</Trans>
        </Menu.Item>
        {may("move") && (
          <Menu.Item leftSection={<IconArrowsMove size={18} stroke={1.75} />} onClick={() => onOpen("move")}>
            <Trans>Move</Trans>
          </Menu.Item>
        )}
        {may("suspend") && (
          <Menu.Item
            leftSection={<IconPlayerPause size={18} stroke={1.75} />}
            onClick={() => onOpen("suspend")}
          >
            <Trans>Suspend</Trans>
          </Menu.Item>
        )}
        {may("reactivate") && (
          <Menu.Item
            leftSection={<IconPlayerPlay size={18} stroke={1.75} />}
            onClick={() => onOpen("reactivate")}
          >
            <Trans>Reactivate</Trans>
          </Menu.Item>
        )}
        {may("delete") && (
          <Menu.Item
            color="var(--bad)"
            leftSection={<IconTrash size={18} stroke={1.75} />}
            onClick={() => onOpen("delete")}
          >
            <Trans>Delete</Trans>
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

function ChangeStatus({
  organization,
  open,
  onClose,
}: {
  organization: Organization;
  open: Open;
  onClose: () => void;
}) {
  const queryClient = useQueryClient();
  const suspending = open === "suspend";
  // How many belong there or below is told with what a deletion would take.
  const reach = useQuery({ ...deletionQuery(organization.id), enabled: suspending });
  const change = async () => {
    const path = { params: { path: { id: organization.id } } };
    const changed = await unwrap<Organization>(
      suspending
        ? client.POST("/organizations/{id}/suspend", path)
        : client.POST("/organizations/{id}/reactivate", path),
    );
    notifyDone(suspending ? t`${organization.name} is suspended.` : t`${organization.name} is active again.`);
    await organizationChanged(queryClient, changed);
  };
  return (
    <Confirm
      opened={suspending || open === "reactivate"}
      title={suspending ? t`Suspend ${organization.name}?` : t`Reactivate ${organization.name}?`}
      action={suspending ? t`Suspend the organization` : t`Reactivate the organization`}
      danger={suspending}
      onConfirm={change}
      onClose={onClose}
    >
      {suspending ? (
        <Stack gap="xs">
          <div>
            <Trans>
              From now on nobody can work in it nor in what is below it. Its people keep their accounts, and
              work on where else they belong.
            </Trans>
          </div>
          {reach.data && reach.data.members > 0 && (
            <div>
              {plural(reach.data.members, {
                one: "# person stops working there.",
                other: "# people stop working there.",
              })}
            </div>
          )}
        </Stack>
      ) : (
        <Trans>Its people can work in it again, with the access they had.</Trans>
      )}
    </Confirm>
  );
}
