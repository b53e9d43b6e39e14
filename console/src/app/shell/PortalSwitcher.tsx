import { t } from "@lingui/core/macro";
import { Menu } from "@mantine/core";
import {
  IconBuildingCog,
  IconChartBar,
  IconCheck,
  IconChevronDown,
  IconHeadset,
  IconLayoutDashboard,
  IconRobot,
} from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { portalPaths } from "../paths";
import { useSession } from "../session";
import { portalName } from "./nav";
import classes from "./Shell.module.css";

const icons: Record<string, typeof IconRobot> = {
  tenant_admin: IconBuildingCog,
  operations: IconRobot,
  agent_desktop: IconHeadset,
  analytics: IconChartBar,
  dashboard: IconLayoutDashboard,
};

/** Switches between the portals the person's type opens. With one portal it only says where they are. */
export function PortalSwitcher({ current }: { current: string | null }) {
  const { portals, organization } = useSession();
  const navigate = useNavigate();
  const here = portals.find((portal) => portal.id === current) ?? portals[0];
  if (!here) return null;
  if (portals.length === 1) {
    return (
      <>
        <span className={classes.divider} />
        <span className="truncate">{portalName(here, organization)}</span>
      </>
    );
  }
  return (
    <>
      <span className={classes.divider} />
      <Menu position="bottom-start" width={232} shadow="md">
        <Menu.Target>
          <button
            type="button"
            className={classes.switcher}
            aria-label={t`Portal: ${portalName(here, organization)}`}
          >
            <span className="truncate">{portalName(here, organization)}</span>
            <IconChevronDown size={16} stroke={1.75} aria-hidden="true" />
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          {portals.map((portal) => {
            const Icon = icons[portal.id] ?? IconRobot;
            const isHere = portal.id === here.id;
            return (
              <Menu.Item
                key={portal.id}
                leftSection={<Icon size={18} stroke={1.75} />}
                rightSection={isHere ? <IconCheck size={16} aria-label={t`current`} /> : null}
                onClick={() => void navigate({ to: portalPaths[portal.id] ?? "/" })}
              >
                {portalName(portal, organization)}
              </Menu.Item>
            );
          })}
        </Menu.Dropdown>
      </Menu>
    </>
  );
}
