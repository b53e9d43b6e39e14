import { t } from "@lingui/core/macro";
import { Popover } from "@mantine/core";
import { IconBuilding, IconChevronDown } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import { DiscardQuestion } from "@/ui/Unsaved";
import { hasUnsaved } from "../leave";
import { useSession } from "../session";
import { Organization } from "./Brand";
import classes from "./Shell.module.css";

const OrganizationPicker = lazy(() =>
  import("@/features/organizations/OrganizationPicker").then((module) => ({
    default: module.OrganizationPicker,
  })),
);

/** Where the person works; who may work in several organizations switches here. */
export function OrganizationSwitcher() {
  const session = useSession();
  const [opened, setOpened] = useState(false);
  const [asking, setAsking] = useState(false);
  if (session.organizations.length < 2 && !session.acts_below) return <Organization />;
  return (
    <>
      <Popover opened={opened} onChange={setOpened} position="bottom-end" width={320} shadow="md" trapFocus>
        <Popover.Target>
          <button
            type="button"
            className={classes.switcher}
            aria-label={t`Organization: ${session.organization.name}. Switch`}
            title={t`Switch the organization`}
            onClick={() => (hasUnsaved() && !opened ? setAsking(true) : setOpened((old) => !old))}
          >
            <IconBuilding size={16} stroke={1.75} aria-hidden="true" />
            <span className={`${classes.switcherText} truncate`}>{session.organization.name}</span>
            <IconChevronDown size={16} stroke={1.75} aria-hidden="true" />
          </button>
        </Popover.Target>
        <Popover.Dropdown p={8} aria-label={t`Switch the organization`}>
          <Suspense fallback={null}>
            <OrganizationPicker />
          </Suspense>
        </Popover.Dropdown>
      </Popover>
      <DiscardQuestion opened={asking} onDiscard={() => setOpened(true)} onKeep={() => setAsking(false)} />
    </>
  );
}
