import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Button, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Navigate, useRouter } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { client, unwrap } from "@/api/client";
import { fieldErrors } from "@/api/errors";
import { fieldText } from "@/api/messages";
import type { Session } from "@/api/types";
import { formatList } from "@/app/format";
import { tellOthers } from "@/app/identity";
import { hashParam } from "@/app/paths";
import { sessionQuery } from "@/app/session";
import { codeFromName } from "@/features/roles/code";
import { isEmail } from "@/features/users/userForm";
import { FormAlert } from "@/ui/FormAlert";
import { AuthLayout } from "./AuthLayout";
import classes from "./auth.module.css";
import { NewPasswordInput } from "./NewPasswordInput";
import { passwordStrength, personalWords } from "./password";

const empty = { tenant_name: "", short_name: "", first_name: "", last_name: "", email: "", password: "" };
type Values = typeof empty;

/** What is still missing, in words. */
function missingForSetup(values: Values, strong: boolean): string[] {
  const names: [keyof Values, string][] = [
    ["tenant_name", t`Company name`],
    ["short_name", t`Short name`],
    ["first_name", t`First name`],
    ["last_name", t`Last name`],
  ];
  return [
    ...names.filter(([field]) => values[field].trim() === "").map(([, name]) => name),
    ...(isEmail(values.email) ? [] : [t`E-mail`]),
    ...(strong && values.password !== "" ? [] : [t`a strong password`]),
  ];
}

/** Makes the first tenant and its first administrator, with the link the server printed. */
export function SetupPage() {
  const [token] = useState(() => hashParam(window.location.hash, "token"));
  const [values, setValues] = useState<Values>(empty);
  const [ownShortName, setOwnShortName] = useState(false);
  const queryClient = useQueryClient();
  const router = useRouter();
  const setup = useQuery({
    queryKey: ["setup"],
    queryFn: () => unwrap(client.GET("/setup")),
    staleTime: 0,
  });
  const save = useMutation({
    mutationFn: () => unwrap<Session>(client.POST("/setup", { body: { token, ...values } })),
    onSuccess: async (session) => {
      queryClient.setQueryData(sessionQuery.queryKey, session);
      tellOthers();
      await router.navigate({ href: "/", replace: true });
    },
  });
  if (setup.data && !setup.data.needed && !save.isPending && !save.isSuccess)
    return <Navigate to="/sign-in" replace />;

  const errors = fieldErrors(save.error, fieldText);
  const set = (field: keyof Values) => (value: string) => setValues((old) => ({ ...old, [field]: value }));
  const setName = (name: string) =>
    setValues((old) => ({
      ...old,
      tenant_name: name,
      short_name: ownShortName ? old.short_name : codeFromName(name).replaceAll("_", "-"),
    }));
  const personal = personalWords(values, { name: values.tenant_name, short_name: values.short_name });
  const strong = passwordStrength(values.password, personal).problem === null;
  const missing = missingForSetup(values, strong);
  const complete = missing.length === 0;
  const field = (name: keyof Values, label: string, more: Record<string, unknown> = {}) => (
    <TextInput
      label={label}
      value={values[name]}
      error={errors[name]}
      onChange={(event) => set(name)(event.currentTarget.value)}
      {...more}
    />
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (complete) save.mutate();
  };
  if (!token) {
    return (
      <AuthLayout
        title={t`This link doesn't work`}
        lead={t`Open the whole set-up link that the server printed.`}
      >
        <Trans>Restart the server to see it again.</Trans>
      </AuthLayout>
    );
  }
  return (
    <AuthLayout
      wide
      title={t`Set up Retinue`}
      lead={t`Name your company and make its first administrator: you.`}
    >
      <form onSubmit={submit}>
        <Stack gap="md">
          <FormAlert error={save.error} shown={["token", "password"]} />
          {errors.token && (
            <Alert color="red" role="alert">
              <Trans>This set-up link is wrong or was used already.</Trans>
            </Alert>
          )}
          <div className={classes.two}>
            {field("tenant_name", t`Company name`, {
              onChange: (event: React.ChangeEvent<HTMLInputElement>) => setName(event.currentTarget.value),
              autoComplete: "organization",
            })}
            {field("short_name", t`Short name`, {
              onChange: (event: React.ChangeEvent<HTMLInputElement>) => {
                setOwnShortName(true);
                set("short_name")(event.currentTarget.value);
              },
              autoCapitalize: "none",
            })}
          </div>
          <div className={classes.two}>
            {field("first_name", t`First name`, { autoComplete: "given-name" })}
            {field("last_name", t`Last name`, { autoComplete: "family-name" })}
          </div>
          {field("email", t`E-mail`, { type: "email", autoComplete: "username" })}
          <NewPasswordInput
            label={t`Password`}
            value={values.password}
            onChange={set("password")}
            personal={personal}
            error={errors.password}
          />
          <Button type="submit" size="md" disabled={!complete} loading={save.isPending}>
            <Trans>Create the company</Trans>
          </Button>
          <Text size="sm" c="dimmed" role="status">
            {!complete && t`Missing: ${formatList(missing)}`}
          </Text>
        </Stack>
      </form>
    </AuthLayout>
  );
}
