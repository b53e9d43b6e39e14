import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { ActionIcon, Button, Skeleton } from "@mantine/core";
import { IconPencil, IconPlus, IconRobot, IconTrash } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Agent } from "@/api/types";
import { formatList } from "@/app/format";
import { useCan, useSession } from "@/app/session";
import { Confirm } from "@/ui/Confirm";
import { ErrorState } from "@/ui/ErrorState";
import { StaleNote } from "@/ui/LoadProblem";
import { notifyDone } from "@/ui/notify";
import { EmptyState, Page } from "@/ui/Page";
import rows from "@/ui/rows.module.css";
import { SearchInput } from "@/ui/SearchInput";
import { AgentPanel } from "./AgentPanel";
import { AgentState } from "./AgentState";
import classes from "./agents.module.css";
import { agentsQuery, deleteAgent, refreshAgents } from "./queries";

/** The AI agents one may see, with search, and what one may change of them. */
export function AgentsPage() {
  const may = useCan();
  const { organization } = useSession();
  const agents = useQuery(agentsQuery);
  const [search, setSearch] = useState("");
  const [editing, setEditing] = useState<Agent | "new" | null>(null);
  const [deleting, setDeleting] = useState<Agent | null>(null);
  const list = agents.data;
  const add = may("bots.manage") && organization.is_root && (
    <Button leftSection={<IconPlus size={16} stroke={2} />} onClick={() => setEditing("new")}>
      <Trans>New AI agent</Trans>
    </Button>
  );
  return (
    <Page
      title={t`AI agents`}
      lead={
        organization.is_root
          ? t`The bots that answer for your clients, and which organizations have each.`
          : t`The bots that are assigned to ${organization.name} and the organizations below it.`
      }
      actions={list && list.length > 0 && add}
    >
      <StaleNote query={agents} />
      {agents.isError && !list ? (
        <ErrorState error={agents.error} onRetry={() => void agents.refetch()} />
      ) : !list ? (
        [1, 2, 3].map((row) => <Skeleton key={row} height={64} my={8} />)
      ) : list.length === 0 ? (
        <EmptyState
          icon={<IconRobot size={32} stroke={1.5} aria-hidden="true" />}
          title={t`No AI agents yet`}
          text={
            add
              ? t`Add the bots that answer for your clients, and assign each to the organizations that have it.`
              : t`Once the company assigns one to you, it appears here.`
          }
          action={add}
        />
      ) : (
        <>
          <SearchInput value={search} onChange={setSearch} placeholder={t`Search AI agents`} />
          <AgentList agents={matching(list, search)} onEdit={setEditing} onDelete={setDeleting} />
        </>
      )}
      {editing && <AgentPanel agent={editing === "new" ? null : editing} onClose={() => setEditing(null)} />}
      <DeleteAgent agent={deleting} onClose={() => setDeleting(null)} />
    </Page>
  );
}

/** Those that have every word of the search somewhere. */
function matching(agents: Agent[], search: string): Agent[] {
  const words = search.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  return agents.filter((agent) => {
    const names = agent.organizations.map((organization) => organization.name).join(" ");
    const text = `${agent.name} ${agent.description} ${agent.external_id} ${names}`.toLocaleLowerCase();
    return words.every((word) => text.includes(word));
  });
}

type ListProps = {
  agents: Agent[];
  onEdit: (agent: Agent) => void;
  onDelete: (agent: Agent) => void;
};

function AgentList({ agents, onEdit, onDelete }: ListProps) {
  if (agents.length === 0) {
    return <EmptyState title={t`No AI agent matches`} text={t`Try fewer letters.`} />;
  }
  return (
    <ul className={`${rows.rows} ${classes.list}`} aria-label={t`AI agents`}>
      {agents.map((agent) => (
        <li key={agent.id} className={rows.row}>
          <IconRobot size={22} stroke={1.5} aria-hidden="true" />
          <AgentSummary agent={agent} />
          <div className={classes.actions}>
            {agent.assignable && (
              <ActionIcon
                aria-label={agent.manageable ? t`Edit ${agent.name}` : t`Assign ${agent.name}`}
                onClick={() => onEdit(agent)}
              >
                <IconPencil size={18} stroke={1.75} />
              </ActionIcon>
            )}
            {agent.manageable && (
              <ActionIcon aria-label={t`Delete ${agent.name}`} onClick={() => onDelete(agent)}>
                <IconTrash size={18} stroke={1.75} />
              </ActionIcon>
            )}
          </div>
        </li>
      ))}
    </ul>
  );
}

function AgentSummary({ agent }: { agent: Agent }) {
  const names = agent.organizations.map((organization) => organization.name);
  return (
    <div className={rows.main}>
      <div className={rows.title}>
        <span dir="auto">{agent.name}</span>
        <AgentState state={agent.state} />
      </div>
      {agent.description && (
        <div className={`${rows.sub} ${classes.wrap}`} dir="auto">
          {agent.description}
        </div>
      )}
      <div className={`${rows.sub} ${classes.wrap}`}>
        {names.length > 0 ? formatList(names) : t`Not assigned to any organization`}
        {agent.external_id && (
          <>
            {" · "}
            <span className="mono">{agent.external_id}</span>
          </>
        )}
      </div>
    </div>
  );
}

function DeleteAgent({ agent, onClose }: { agent: Agent | null; onClose: () => void }) {
  const queryClient = useQueryClient();
  const remove = async () => {
    if (!agent) return;
    try {
      await deleteAgent(agent);
      notifyDone(t`${agent.name} is deleted.`);
    } finally {
      await refreshAgents(queryClient);
    }
  };
  const names = agent?.organizations.map((organization) => organization.name) ?? [];
  return (
    <Confirm
      opened={agent !== null}
      title={t`Delete ${agent?.name ?? ""}?`}
      action={t`Delete the AI agent`}
      danger
      onConfirm={remove}
      onClose={onClose}
    >
      {names.length > 0 && (
        <p>
          <Trans>It disappears from the Home of {formatList(names)}.</Trans>
        </p>
      )}
      <Trans>Only this entry goes; the bot itself stays in the bot builder. This can't be undone.</Trans>
    </Confirm>
  );
}
