import { t } from "@lingui/core/macro";
import { Tabs } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useCan } from "@/app/session";

/** The pages beside the list of users, as tabs of one place. */
export function PeopleTabs({ value }: { value: "users" | "invitations" }) {
  const may = useCan();
  const navigate = useNavigate();
  if (!may("users.read") || !may("users.invite")) return null;
  return (
    <Tabs value={value} onChange={(next) => next && void navigate({ to: `/admin/${next}` })} mb="md">
      <Tabs.List aria-label={t`People`}>
        <Tabs.Tab value="users">{t`Users`}</Tabs.Tab>
        <Tabs.Tab value="invitations">{t`Invitations`}</Tabs.Tab>
      </Tabs.List>
    </Tabs>
  );
}
