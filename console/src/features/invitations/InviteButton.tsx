import { Trans } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { IconMailForward } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useCan } from "@/app/session";
import type { Place } from "@/features/organizations/choices";
import ui from "@/ui/ui.module.css";
import { InvitePanel } from "./InvitePanel";

type Props = { organization?: Place; variant?: "default" | "filled" };

/** Opens the form that invites people, to the given organization at first. Not there for who may not invite. */
export function InviteButton({ organization, variant = "default" }: Props) {
  const may = useCan();
  const queryClient = useQueryClient();
  const [open, setOpen] = useState(false);
  if (!may("users.invite")) return null;
  return (
    <>
      <Button
        variant={variant}
        className={ui.phoneIcon}
        leftSection={<IconMailForward size={16} stroke={1.75} />}
        onClick={() => setOpen(true)}
      >
        <Trans>Invite people</Trans>
      </Button>
      {open && (
        <InvitePanel
          {...(organization && { organization })}
          onClose={() => setOpen(false)}
          onSent={() => queryClient.invalidateQueries({ queryKey: ["invitations"] })}
        />
      )}
    </>
  );
}
