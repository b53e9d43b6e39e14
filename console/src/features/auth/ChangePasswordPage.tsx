import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Button, Stack } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Navigate, useRouter } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { client, unwrap } from "@/api/client";
import { fieldErrors, isApiError } from "@/api/errors";
import { errorText, fieldText } from "@/api/messages";
import { sessionQuery } from "@/app/session";
import { useSignOut } from "@/app/useSignOut";
import { AuthLayout } from "./AuthLayout";
import { NewPasswordInput } from "./NewPasswordInput";
import { useSignInOptions } from "./options";
import { passwordStrength, personalWords } from "./password";

/** Replaces a temporary password. Nothing else opens before this is done. */
export function ChangePasswordPage() {
  const session = useQuery(sessionQuery);
  // Loaded anew, the page is told nothing of the session before the password is changed.
  const options = useSignInOptions();
  const queryClient = useQueryClient();
  const router = useRouter();
  const signOut = useSignOut();
  const [password, setPassword] = useState("");
  const save = useMutation({
    mutationFn: () => unwrap(client.PUT("/me/password", { body: { new_password: password } })),
    onSuccess: async () => {
      await queryClient.fetchQuery({ ...sessionQuery, staleTime: 0 });
      await router.navigate({ href: "/", replace: true });
    },
  });
  if (isApiError(session.error, "unauthenticated")) return <Navigate to="/sign-in" replace />;
  if (session.data && !session.data.must_change_password && !save.isPending)
    return <Navigate to="/" replace />;

  const person = session.data?.user;
  const personal = person ? personalWords(person, session.data?.tenant) : [];
  const good = passwordStrength(password, personal, session.data?.password_min_length).problem === null;
  const fields = fieldErrors(save.error, fieldText);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (good) save.mutate();
  };
  return (
    <AuthLayout
      title={t`Choose a new password`}
      tenant={session.data?.brand ?? options.data?.brand ?? null}
      lead={t`You signed in with a temporary password. Choose your own to go on.`}
    >
      <form onSubmit={submit}>
        <Stack gap="md">
          {save.isError && !fields.new_password && (
            <Alert color="red" role="alert">
              {errorText(save.error)}
            </Alert>
          )}
          <input type="hidden" autoComplete="username" value={person?.email ?? ""} readOnly />
          <NewPasswordInput
            label={t`New password`}
            value={password}
            onChange={setPassword}
            personal={personal}
            least={session.data?.password_min_length}
            error={fields.new_password}
          />
          <Button type="submit" size="md" disabled={!good} loading={save.isPending}>
            <Trans>Save and continue</Trans>
          </Button>
          <Button variant="subtle" color="gray" onClick={() => signOut.mutate()} loading={signOut.isPending}>
            <Trans>Sign out</Trans>
          </Button>
        </Stack>
      </form>
    </AuthLayout>
  );
}
