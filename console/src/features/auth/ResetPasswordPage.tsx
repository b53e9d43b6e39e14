import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Anchor, Button, Skeleton, Stack } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, useRouter } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { client, unwrap } from "@/api/client";
import { fieldErrors } from "@/api/errors";
import { errorText, fieldText } from "@/api/messages";
import type { ResetOffer } from "@/api/types";
import { hashParam } from "@/app/paths";
import { AuthLayout } from "./AuthLayout";
import { NewPasswordInput } from "./NewPasswordInput";
import { useBrand, useSignInOptions } from "./options";
import { passwordStrength } from "./password";

/** The page behind the link of a reset mail. The token is in the hash, which no server log sees. */
export function ResetPasswordPage() {
  const [token] = useState(() => hashParam(window.location.hash, "token"));
  const offer = useQuery({
    queryKey: ["reset-offer", token],
    queryFn: () => unwrap<ResetOffer>(client.POST("/password-reset/lookup", { body: { token } })),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
    enabled: token !== "",
  });
  useBrand(offer.data?.brand);
  const [password, setPassword] = useState("");
  const router = useRouter();
  const save = useMutation({
    mutationFn: () =>
      unwrap(client.POST("/password-reset/confirm", { body: { token, new_password: password } })),
    onSuccess: () => router.navigate({ href: "/sign-in?notice=password-changed", replace: true }),
  });
  const fields = fieldErrors(save.error ?? offer.error, fieldText);
  const least = offer.data?.password_min_length;
  const good = passwordStrength(password, [], least).problem === null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (good) save.mutate();
  };
  if (!token || fields.token) {
    return <DeadLink />;
  }
  if (offer.isPending) {
    return (
      <AuthLayout title={t`Choose a new password`}>
        <Skeleton height={160} />
      </AuthLayout>
    );
  }
  return (
    <AuthLayout
      title={t`Choose a new password`}
      tenant={offer.data?.brand ?? null}
      lead={t`All your open sessions end; sign in again afterwards.`}
    >
      <form onSubmit={submit}>
        <Stack gap="md">
          {save.isError && !fields.new_password && (
            <Alert color="red" role="alert">
              {errorText(save.error)}
            </Alert>
          )}
          <NewPasswordInput
            label={t`New password`}
            value={password}
            onChange={setPassword}
            least={least}
            error={fields.new_password}
          />
          <Button type="submit" size="md" disabled={!good} loading={save.isPending}>
            <Trans>Save the new password</Trans>
          </Button>
        </Stack>
      </form>
    </AuthLayout>
  );
}

/** Says that the link is no longer good; the look is that of the address, for nobody knows whose link it was. */
function DeadLink() {
  const options = useSignInOptions();
  return (
    <AuthLayout
      title={t`This link doesn't work`}
      lead={t`It is incomplete, was used already or has expired.`}
      tenant={options.data?.brand ?? null}
    >
      <Anchor component={Link} to="/forgot-password">
        <Trans>Ask for a new link</Trans>
      </Anchor>
    </AuthLayout>
  );
}
