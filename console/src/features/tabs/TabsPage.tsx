import { t } from "@lingui/core/macro";
import { Tabs } from "@mantine/core";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Page } from "@/ui/Page";
import { TabStrip } from "@/ui/TabStrip";
import { Announcements } from "./Announcements";
import { BuiltInTabs } from "./BuiltInTabs";
import { CustomTabList } from "./CustomTabList";

const parts = ["custom", "built-in", "announcements"] as const;

/** What the dashboards of client organizations consist of. */
export function TabsPage() {
  const search = useSearch({ strict: false });
  const navigate = useNavigate();
  const part = parts.find((name) => name === search.tab) ?? "custom";
  const go = (next: string | null) =>
    void navigate({
      to: "/admin/tabs",
      search: next && next !== "custom" ? { tab: next } : {},
      replace: true,
    });
  return (
    <Page title={t`Dashboard tabs`} lead={t`What your clients find in their dashboard.`}>
      <Tabs value={part} onChange={go} keepMounted={false}>
        <TabStrip mb="lg">
          <Tabs.Tab value="custom">{t`Custom tabs`}</Tabs.Tab>
          <Tabs.Tab value="built-in">{t`Built-in tabs`}</Tabs.Tab>
          <Tabs.Tab value="announcements">{t`Announcements`}</Tabs.Tab>
        </TabStrip>
        <Tabs.Panel value="custom">
          <CustomTabList />
        </Tabs.Panel>
        <Tabs.Panel value="built-in">
          <BuiltInTabs />
        </Tabs.Panel>
        <Tabs.Panel value="announcements">
          <Announcements />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
