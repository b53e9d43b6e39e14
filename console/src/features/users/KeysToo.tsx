import { plural, t } from "@lingui/core/macro";
import { Checkbox } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { User } from "@/api/types";
import { useCan } from "@/app/session";
import { apiKeysQuery } from "@/features/keys/queries";

type Props = { user: User; checked: boolean; onChange: (checked: boolean) => void };

/**
 * Whether a person's API keys stop with their password, and how many go on working otherwise. Nothing where there are
 * none; without a number for those who may not see them.
 */
export function KeysToo({ user, checked, onChange }: Props) {
  const sees = useCan()("sessions.read");
  const keys = useQuery({ ...apiKeysQuery(user.id, "active", ""), enabled: sees, staleTime: 0 });
  const count = keys.data?.items.length;
  if (count === 0) return null;
  return (
    <Checkbox
      mt="md"
      label={t`Revoke their API keys, too`}
      description={
        count === undefined
          ? t`They go on working otherwise.`
          : plural(count, {
              one: "# key goes on working otherwise.",
              other: "# keys go on working otherwise.",
            })
      }
      checked={checked}
      onChange={(event) => onChange(event.currentTarget.checked)}
    />
  );
}
