import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Group, Skeleton } from "@mantine/core";
import { IconDeviceDesktop, IconDeviceMobile, IconDevices } from "@tabler/icons-react";
import { useState } from "react";
import type { DeviceSession } from "@/api/types";
import { Tag } from "./badges";
import { Confirm } from "./Confirm";
import { deviceText } from "./device";
import { EmptyState } from "./Page";
import classes from "./rows.module.css";
import { RelativeTime } from "./Time";

type Props = {
  sessions: DeviceSession[] | undefined;
  /** Missing if the person may only look. */
  onEnd?: (session: DeviceSession) => Promise<unknown>;
  onEndAll?: () => Promise<unknown>;
  /** Whose sessions these are; null for one's own. */
  owner: string | null;
};

/** Where somebody is signed in, with signing out one or all. */
export function SessionList({ sessions, onEnd, onEndAll, owner }: Props) {
  const [asked, setAsked] = useState<DeviceSession | "all" | null>(null);
  if (!sessions) return [1, 2, 3].map((row) => <Skeleton key={row} height={56} my={8} />);
  if (sessions.length === 0) {
    return (
      <EmptyState
        icon={<IconDevices size={32} stroke={1.5} aria-hidden="true" />}
        title={t`Not signed in anywhere`}
        text={t`Sessions appear here as soon as this person signs in.`}
      />
    );
  }
  const others = sessions.filter((session) => !session.current);
  const allWords = owner === null ? t`Sign out everywhere else` : t`Sign out everywhere`;
  const confirm = async () => {
    if (asked === "all") await onEndAll?.();
    else if (asked) await onEnd?.(asked);
  };
  return (
    <>
      <ul className={classes.rows}>
        {sessions.map((session) => (
          <SessionRow
            key={session.id}
            session={session}
            onEnd={onEnd && !session.current ? () => setAsked(session) : undefined}
          />
        ))}
      </ul>
      {onEndAll && (owner === null ? others : sessions).length > 0 && (
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={() => setAsked("all")}>
            {allWords}
          </Button>
        </Group>
      )}
      <Confirm
        opened={asked !== null}
        title={asked === "all" ? `${allWords}?` : t`Sign out this device?`}
        action={asked === "all" ? allWords : t`Sign out`}
        danger
        onConfirm={confirm}
        onClose={() => setAsked(null)}
      >
        {asked === "all" ? (
          <Trans>Every other device must sign in again.</Trans>
        ) : (
          <Trans>This device must sign in again: {asked && nameOf(asked)}</Trans>
        )}
      </Confirm>
    </>
  );
}

const nameOf = (session: DeviceSession) => deviceText(session) || t`Unknown device`;

function SessionRow({ session, onEnd }: { session: DeviceSession; onEnd?: () => void }) {
  const Icon = ["iPhone", "iPad", "Android"].includes(session.system) ? IconDeviceMobile : IconDeviceDesktop;
  const device = nameOf(session);
  return (
    <li className={classes.row}>
      <Icon size={22} stroke={1.5} aria-hidden="true" />
      <div className={classes.main}>
        <div className={classes.title} title={session.user_agent}>
          {device} {session.current && <Tag tone="ok">{t`This device`}</Tag>}
        </div>
        <div className={classes.sub}>
          <span className="tabular">{session.ip}</span> · <Trans>last used</Trans>{" "}
          <RelativeTime at={session.last_used_at} /> · <Trans>signed in</Trans>{" "}
          <RelativeTime at={session.created_at} />
        </div>
      </div>
      {onEnd && (
        <Button variant="default" onClick={onEnd} aria-label={t`Sign out ${device}`}>
          <Trans>Sign out</Trans>
        </Button>
      )}
    </li>
  );
}
