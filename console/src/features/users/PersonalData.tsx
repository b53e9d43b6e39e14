import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Group } from "@mantine/core";
import { IconDownload, IconEraser } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { client, unwrap } from "@/api/client";
import type { User } from "@/api/types";
import { useCan, useSession } from "@/app/session";
import { notifyDone, notifyFailed } from "@/ui/notify";
import ui from "@/ui/ui.module.css";
import { allows } from "./actions";
import { Farewell } from "./Farewell";
import { useRefreshUsers } from "./queries";

/** Hands a file to the browser as a download. */
function save(blob: Blob, name: string) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

/** What a person may ask for: everything that is known of them, and to be forgotten. */
export function PersonalData({ user }: { user: User }) {
  const may = useCan();
  const session = useSession();
  const navigate = useNavigate();
  const refresh = useRefreshUsers();
  const [asked, setAsked] = useState(false);
  const download = useMutation({
    mutationFn: async () => {
      const data = await unwrap<unknown>(
        client.POST("/users/{id}/personal-data", { params: { path: { id: user.id } } }),
      );
      save(new Blob([JSON.stringify(data, null, 2)], { type: "application/json" }), `${user.id}.json`);
    },
    onError: notifyFailed,
  });
  if (!may("users.erase")) return null;
  const erase = async (heir: string) => {
    const { pseudonym } = await unwrap<{ pseudonym: string }>(
      client.POST("/users/{id}/erase", {
        params: { path: { id: user.id } },
        body: heir ? { hand_over_to: heir } : {},
      }),
    );
    notifyDone(t`They are called “${pseudonym}” everywhere now.`);
    await navigate({ to: "/admin/users" });
    await refresh();
  };
  return (
    <section className={ui.section} aria-label={t`Personal data`}>
      <h2 className={ui.sectionTitle}>
        <Trans>Personal data</Trans>
      </h2>
      <p className={ui.sectionLead}>
        <Trans>
          For when a person asks what is known of them, or to be forgotten. Both are in the audit log.
        </Trans>
      </p>
      <Group gap={8}>
        <Button
          variant="default"
          leftSection={<IconDownload size={16} stroke={1.75} />}
          loading={download.isPending}
          onClick={() => download.mutate()}
        >
          <Trans>Export everything</Trans>
        </Button>
        {allows(user, "delete") && user.id !== session.user.id && (
          <Button
            variant="default"
            leftSection={<IconEraser size={16} stroke={1.75} />}
            onClick={() => setAsked(true)}
          >
            <Trans>Erase this person</Trans>
          </Button>
        )}
      </Group>
      <Farewell
        users={[user]}
        opened={asked}
        title={t`Erase ${user.full_name}?`}
        action={t`Erase 1 person`}
        onConfirm={erase}
        onClose={() => setAsked(false)}
      >
        <Trans>
          The account is deleted, and their name and e-mail address are replaced by a pseudonym everywhere, in
          the audit log, too. Nobody can undo this.
        </Trans>
      </Farewell>
    </section>
  );
}
