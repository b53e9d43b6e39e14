import { t } from "@lingui/core/macro";
import { Tabs } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { useCan } from "@/app/session";
import { TabStrip } from "@/ui/TabStrip";
import { type PeopleTab, peoplePaths, peopleTabs } from "./people";

// Every tab is a page with tabs of its own: who has come by one of them goes on from there, as with the arrow keys.
let cameByTab = false;

function tabName(tab: PeopleTab): string {
  return { users: t`Users`, invitations: t`Invitations`, idle: t`Idle logout` }[tab];
}

/** The pages beside the list of users, as tabs of one place; a single one needs none. */
export function PeopleTabs({ value }: { value: PeopleTab }) {
  const navigate = useNavigate();
  const tabs = peopleTabs(useCan());
  const current = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (cameByTab) current.current?.focus();
    cameByTab = false;
  }, []);
  if (tabs.length < 2) return null;
  const go = (next: string | null) => {
    const tab = tabs.find((name) => name === next);
    if (!tab || tab === value) return;
    cameByTab = true;
    void navigate({ to: peoplePaths[tab] });
  };
  return (
    <Tabs value={value} onChange={go} mb="md">
      <TabStrip aria-label={t`People`}>
        {tabs.map((tab) => (
          <Tabs.Tab key={tab} value={tab} ref={tab === value ? current : null}>
            {tabName(tab)}
          </Tabs.Tab>
        ))}
      </TabStrip>
    </Tabs>
  );
}
