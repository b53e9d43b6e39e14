import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Group, PasswordInput, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { client, unwrap } from "@/api/client";
import { fieldErrors, isApiError } from "@/api/errors";
import { fieldText } from "@/api/messages";
import { useSession } from "@/app/session";
import { NewPasswordInput } from "@/features/auth/NewPasswordInput";
import { passwordStrength, personalWords } from "@/features/auth/password";
import { FormAlert } from "@/ui/FormAlert";
import { notifyDone } from "@/ui/notify";
import { mySessionsQuery } from "./queries";

/** Changes one's password; the other sessions end. */
export function PasswordForm() {
  const { user, tenant, password_min_length: least } = useSession();
  const queryClient = useQueryClient();
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const save = useMutation({
    mutationFn: () =>
      unwrap(client.PUT("/me/password", { body: { current_password: current, new_password: next } })),
    onSuccess: async () => {
      setCurrent("");
      setNext("");
      notifyDone(t`Your password is changed. Your other sessions have ended.`);
      await queryClient.invalidateQueries({ queryKey: mySessionsQuery.queryKey });
    },
  });
  const fields = fieldErrors(save.error, fieldText);
  const wrongCurrent = isApiError(save.error, "invalid_credentials")
    ? t`This is not your current password.`
    : undefined;
  const personal = personalWords(user, tenant);
  const weak = passwordStrength(next, personal, least).problem !== null;
  const note = current === "" ? t`Missing: current password` : weak ? t`Missing: a good new password` : "";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (note === "") save.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md" maw={420}>
        <FormAlert error={wrongCurrent ? null : save.error} shown={["current_password", "new_password"]} />
        <input type="hidden" autoComplete="username" value={user.email} readOnly />
        <PasswordInput
          label={t`Current password`}
          autoComplete="current-password"
          value={current}
          error={wrongCurrent ?? fields.current_password}
          aria-invalid={(wrongCurrent ?? fields.current_password) ? true : undefined}
          onChange={(event) => setCurrent(event.currentTarget.value)}
          visibilityToggleButtonProps={{ "aria-label": t`Show or hide the password`, tabIndex: 0 }}
        />
        <NewPasswordInput
          label={t`New password`}
          value={next}
          onChange={setNext}
          personal={personal}
          least={least}
          error={fields.new_password}
        />
        <Group>
          <Button type="submit" disabled={note !== ""} loading={save.isPending}>
            <Trans>Change password</Trans>
          </Button>
          <Text component="span" size="sm" c="dimmed" role="status">
            {note}
          </Text>
        </Group>
      </Stack>
    </form>
  );
}
