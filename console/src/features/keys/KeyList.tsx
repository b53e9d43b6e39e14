import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Group, NativeSelect, Skeleton } from "@mantine/core";
import { IconAlertTriangle, IconCheck, IconKey, IconPlus, IconX } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { client, unwrap } from "@/api/client";
import { permissionWords } from "@/api/permissionNames";
import type { APIKey } from "@/api/types";
import { formatDate, formatList } from "@/app/format";
import { useCan, useSession } from "@/app/session";
import { useListAddress } from "@/app/useListAddress";
import { Tag } from "@/ui/badges";
import { Confirm } from "@/ui/Confirm";
import { CursorPager } from "@/ui/CursorPager";
import { LoadProblem } from "@/ui/LoadProblem";
import { notifyDone } from "@/ui/notify";
import { EmptyState } from "@/ui/Page";
import rows from "@/ui/rows.module.css";
import { SecretDialog } from "@/ui/Secret";
import { RelativeTime } from "@/ui/Time";
import { CreateKeyPanel } from "./CreateKeyPanel";
import { apiKeysQuery } from "./queries";

type State = APIKey["state"];

/** Which keys are shown; the address leaves out the first. */
const views = ["active", "expired", "revoked", "all"] as const satisfies readonly (State | "all")[];

type Props = {
  /** Shows those of one person only. */
  userId?: string;
  /** Whether the signed-in person may revoke them; of another person's, nobody makes any. */
  mayRevoke?: boolean;
};

/** API keys with making and revoking; those that work, unless one asks for others. */
export function KeyList({ userId, mayRevoke = true }: Props) {
  const may = useCan();
  const me = useSession().user.id;
  const others = userId !== undefined && userId !== me;
  const queryClient = useQueryClient();
  const { cursor, filter, onFilter, onGo } = useListAddress();
  const [creating, setCreating] = useState(false);
  const [revoking, setRevoking] = useState<APIKey | null>(null);
  const [secret, setSecret] = useState<{ name: string; value: string } | null>(null);
  const shown = views.find((view) => view === filter("keys")) ?? "active";
  const state = shown === "all" ? "" : shown;
  const list = useQuery(apiKeysQuery(userId, state, cursor));
  const again = () => queryClient.invalidateQueries({ queryKey: ["api-keys"] });
  const mayCreate = !others && (may("api_keys.manage") || (!userId && may("service_keys.manage")));
  const newKey = mayCreate && (
    <Button leftSection={<IconPlus size={16} stroke={2} />} onClick={() => setCreating(true)}>
      <Trans>New key</Trans>
    </Button>
  );
  const revoke = async () => {
    if (!revoking) return;
    await unwrap(client.DELETE("/api-keys/{id}", { params: { path: { id: revoking.id } } }));
    notifyDone(t`The key ${revoking.name} no longer works.`);
    await again();
  };
  const keys = list.data?.items;
  return (
    <>
      <Group justify="space-between" align="end" mb={8}>
        <NativeSelect
          label={t`Show`}
          value={shown}
          onChange={(event) => {
            const { value } = event.currentTarget;
            onFilter("keys", value === "active" ? "" : value);
          }}
          data={[
            { value: "active", label: t`Working keys` },
            { value: "expired", label: t`Expired keys` },
            { value: "revoked", label: t`Revoked keys` },
            { value: "all", label: t`All keys` },
          ]}
        />
        {keys && keys.length > 0 && newKey}
      </Group>
      <LoadProblem query={list} />
      {list.isPending && [1, 2, 3].map((row) => <Skeleton key={row} height={56} my={8} />)}
      {keys?.length === 0 && (
        <EmptyState
          icon={<IconKey size={32} stroke={1.5} aria-hidden="true" />}
          title={emptyTitle(state)}
          text={
            others
              ? t`Nothing acts in this person's name here.`
              : t`Make one for each program, so that you can revoke it alone.`
          }
          action={newKey}
        />
      )}
      {keys && keys.length > 0 && (
        <ul className={rows.rows}>
          {keys.map((key) => (
            <KeyRow
              key={key.id}
              apiKey={key}
              own={others || key.user.id === me}
              onRevoke={mayRevoke && key.state === "active" ? () => setRevoking(key) : undefined}
            />
          ))}
        </ul>
      )}
      <CursorPager next={list.data?.next_cursor} previous={list.data?.prev_cursor} onGo={onGo} />
      {creating && (
        <CreateKeyPanel
          onlyOwn={userId !== undefined}
          onClose={() => setCreating(false)}
          onCreated={(name, value) => {
            setCreating(false);
            setSecret({ name, value });
            void again();
          }}
        />
      )}
      <Confirm
        opened={revoking !== null}
        title={t`Revoke the key ${revoking?.name ?? ""}?`}
        action={t`Revoke 1 key`}
        danger
        onConfirm={revoke}
        onClose={() => setRevoking(null)}
      >
        <Trans>Programs that use it stop working at once. It can't be restored.</Trans>
      </Confirm>
      <SecretDialog
        opened={secret !== null}
        title={t`The key ${secret?.name ?? ""}`}
        label={t`API key`}
        value={secret?.value ?? ""}
        onClose={() => setSecret(null)}
      >
        <Trans>
          Put it where your program keeps its secrets. Anybody who has it can act with its permissions.
        </Trans>
      </SecretDialog>
    </>
  );
}

function emptyTitle(state: State | ""): string {
  if (state === "active") return t`No working keys`;
  return state === "" ? t`No API keys yet` : t`No such keys`;
}

function KeyRow({ apiKey, own, onRevoke }: { apiKey: APIKey; own: boolean; onRevoke?: () => void }) {
  return (
    <li className={rows.row}>
      <IconKey size={22} stroke={1.5} aria-hidden="true" />
      <div className={rows.main}>
        <div className={rows.title}>
          {apiKey.name} <span className="mono">{apiKey.prefix}</span> <KeyState state={apiKey.state} />
        </div>
        <div className={rows.sub}>
          {!own && <>{apiKey.user.name} · </>}
          <span title={apiKey.permissions.join(", ")}>{formatList(permissionWords(apiKey.permissions))}</span>
        </div>
        <div className={rows.sub}>
          {apiKey.last_used_at ? (
            <Trans>
              last used <RelativeTime at={apiKey.last_used_at} />
            </Trans>
          ) : (
            t`never used`
          )}{" "}
          · {apiKey.expires_at ? t`expires ${formatDate(apiKey.expires_at)}` : t`never expires`} ·{" "}
          {t`made ${formatDate(apiKey.created_at)}`}
        </div>
      </div>
      {onRevoke && (
        <Button variant="default" onClick={onRevoke} aria-label={t`Revoke ${apiKey.name}`}>
          <Trans>Revoke</Trans>
        </Button>
      )}
    </li>
  );
}

function KeyState({ state }: { state: string }) {
  if (state === "active") {
    return <Tag tone="ok" icon={<IconCheck size={14} aria-hidden="true" />}>{t`Active`}</Tag>;
  }
  if (state === "expired") {
    return <Tag tone="warn" icon={<IconAlertTriangle size={14} aria-hidden="true" />}>{t`Expired`}</Tag>;
  }
  return <Tag icon={<IconX size={14} aria-hidden="true" />}>{t`Revoked`}</Tag>;
}
