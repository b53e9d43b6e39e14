import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Divider, Popover, Stack, Text } from "@mantine/core";
import { IconLogout, IconUserCircle } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { PersonAvatar } from "@/ui/PersonAvatar";
import { PresenceDot, presenceName } from "@/ui/Presence";
import dot from "@/ui/Presence.module.css";
import { DiscardQuestion } from "@/ui/Unsaved";
import { LanguageSelect, ThemeControl } from "../Appearance";
import { hasUnsaved } from "../leave";
import { PresenceControl } from "../PresenceControl";
import { useMyPresence } from "../presence";
import { useSession } from "../session";
import { useSignOut } from "../useSignOut";
import classes from "./Shell.module.css";

/** The signed-in person's menu: account, appearance, sign out. */
export function UserMenu() {
  const { user, organization, impersonation } = useSession();
  const { presence } = useMyPresence();
  const there = presence ? presenceName(presence) : "";
  const [asking, setAsking] = useState(false);
  const [opened, setOpened] = useState(false);
  const signOut = useSignOut();
  const leave = () => {
    if (!hasUnsaved()) return signOut.mutate();
    setOpened(false);
    setAsking(true);
  };
  return (
    <>
      <Popover
        opened={opened}
        onChange={setOpened}
        position="bottom-end"
        width={288}
        shadow="md"
        trapFocus
        returnFocus
      >
        <Popover.Target>
          <button
            type="button"
            className={classes.userButton}
            aria-label={there ? t`Your menu, ${user.full_name}, ${there}` : t`Your menu, ${user.full_name}`}
            onClick={() => setOpened((open) => !open)}
            // While it opens, the focus is still here.
            onKeyDown={(event) => event.key === "Escape" && setOpened(false)}
          >
            <span className={dot.person}>
              <PersonAvatar person={user} size={28} />
              {presence && (
                <span className={dot.corner}>
                  <PresenceDot presence={presence} />
                </span>
              )}
            </span>
            <span className={`${classes.userName} truncate`}>{user.nickname || user.first_name}</span>
          </button>
        </Popover.Target>
        <Popover.Dropdown p={8} aria-label={t`Your menu`}>
          <Stack gap={0} px={8} py={4}>
            <Text fw={600} truncate>
              {user.full_name}
            </Text>
            <Text size="sm" c="dimmed" truncate>
              {user.email}
            </Text>
            <Text size="sm" c="dimmed" truncate>
              {organization.name}
            </Text>
          </Stack>
          <Divider my={8} />
          {!impersonation && (
            <Stack px={8} pb={8}>
              <PresenceControl />
            </Stack>
          )}
          <Link to="/account" className={classes.menuAction} onClick={() => setOpened(false)}>
            <IconUserCircle size={18} stroke={1.75} />
            <Trans>Account</Trans>
          </Link>
          <Stack gap={8} px={8} py={8}>
            <ThemeControl />
            <LanguageSelect />
          </Stack>
          <Divider my={8} />
          <button type="button" className={classes.menuAction} disabled={signOut.isPending} onClick={leave}>
            <IconLogout size={18} stroke={1.75} />
            <Trans>Sign out</Trans>
          </button>
        </Popover.Dropdown>
      </Popover>
      <DiscardQuestion opened={asking} onDiscard={() => signOut.mutate()} onKeep={() => setAsking(false)} />
    </>
  );
}
