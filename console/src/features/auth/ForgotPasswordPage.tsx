import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Anchor, Button, Stack, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { client, unwrap } from "@/api/client";
import { errorText } from "@/api/messages";
import { AuthLayout } from "./AuthLayout";
import { useSignInOptions } from "./options";

export function ForgotPasswordPage() {
  const options = useSignInOptions();
  const [tenant, setTenant] = useState("");
  const [email, setEmail] = useState("");
  const ask = useMutation({
    mutationFn: () => {
      const named = tenant.trim() || options.data?.tenant?.short_name;
      return unwrap(
        client.POST("/password-reset", {
          body: { ...(named ? { tenant: named } : {}), email: email.trim() },
        }),
      );
    },
  });
  const askTenant = options.data?.ask_tenant ?? false;
  const complete = email.includes("@") && (!askTenant || tenant.trim() !== "");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (complete) ask.mutate();
  };
  const back = (
    <Anchor component={Link} to="/sign-in" ta="center" size="sm">
      <Trans>Back to sign in</Trans>
    </Anchor>
  );
  if (ask.isSuccess) {
    return (
      <AuthLayout
        title={t`Check your mail`}
        tenant={options.data?.brand ?? null}
        lead={t`If there is an account for ${email.trim()}, a link to choose a new password is on its way. It works for a short time and only once.`}
      >
        {back}
      </AuthLayout>
    );
  }
  return (
    <AuthLayout
      title={t`Forgot your password?`}
      tenant={options.data?.brand ?? null}
      lead={t`We send you a link with which you can choose a new one.`}
    >
      <form onSubmit={submit}>
        <Stack gap="md">
          {ask.isError && (
            <Alert color="red" role="alert">
              {errorText(ask.error)}
            </Alert>
          )}
          {askTenant && (
            <TextInput
              label={t`Company short name`}
              autoCapitalize="none"
              value={tenant}
              onChange={(event) => setTenant(event.currentTarget.value)}
            />
          )}
          <TextInput
            label={t`E-mail`}
            type="email"
            autoComplete="username"
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
          <Button type="submit" size="md" disabled={!complete} loading={ask.isPending}>
            <Trans>Send the link</Trans>
          </Button>
          {back}
        </Stack>
      </form>
    </AuthLayout>
  );
}
