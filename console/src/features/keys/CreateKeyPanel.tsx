import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Button, NativeSelect, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { client, unwrap } from "@/api/client";
import { fieldErrors } from "@/api/errors";
import { fieldText } from "@/api/messages";
import { useOnce } from "@/api/once";
import type { APIKey, Permission } from "@/api/types";
import { formatList } from "@/app/format";
import { useCan, useSession } from "@/app/session";
import { myAccessQuery } from "@/features/account/queries";
import { PermissionMatrix } from "@/features/roles/PermissionMatrix";
import { FormAlert } from "@/ui/FormAlert";
import { FooterNote, Panel } from "@/ui/Panel";
import { useChanged } from "@/ui/useChanged";
import { expiryOf, type Lifetime } from "./expiry";
import { serviceUsersQuery } from "./queries";

type Props = { onlyOwn: boolean; onClose: () => void; onCreated: (name: string, secret: string) => void };

/** What the signed-in person can hand to a key: the permissions they hold. */
function useHeldPermissions(): Permission[] {
  const access = useQuery(myAccessQuery);
  return (access.data?.permissions ?? [])
    .filter((permission) => permission.effective)
    .map(({ id, group, label, read_only }) => ({ id, group, label, read_only, description: "" }));
}

/** Makes an API key with chosen permissions and an end. */
export function CreateKeyPanel({ onlyOwn, onClose, onCreated }: Props) {
  const may = useCan();
  const { permissions: held } = useSession();
  const catalogue = useHeldPermissions();
  const services = useQuery({
    ...serviceUsersQuery,
    enabled: !onlyOwn && may("service_keys.manage") && may("users.read"),
  });
  const [name, setName] = useState("");
  const [owner, setOwner] = useState("");
  const [lifetime, setLifetime] = useState<Lifetime>("90");
  const [day, setDay] = useState("");
  const [permissions, setPermissions] = useState<string[]>([]);
  const expires = expiryOf(lifetime, day, new Date());
  const once = useOnce();
  const create = useMutation({
    mutationFn: () =>
      once((headers) =>
        unwrap<{ api_key: APIKey; secret: string }>(
          client.POST("/api-keys", {
            headers,
            body: {
              name: name.trim(),
              permissions,
              ...(owner && { user_id: owner }),
              ...(expires && { expires_at: expires }),
            },
          }),
        ),
      ),
    onSuccess: (result) => onCreated(result.api_key.name, result.secret),
  });
  const errors = fieldErrors(create.error, fieldText);
  const needsOwner = !may("api_keys.manage") && owner === "";
  const missing = [
    name.trim() === "" && t`Name`,
    needsOwner && t`Owner`,
    expires === null && t`a day in the future`,
    permissions.length === 0 && t`at least one permission`,
  ].filter((entry) => entry !== false);
  const submit = () => {
    if (missing.length === 0 && !create.isPending) create.mutate();
  };
  const changed = useChanged([name, owner, lifetime, day, permissions]);
  return (
    <Panel
      opened
      changed={changed}
      size={640}
      title={t`New API key`}
      onClose={onClose}
      onSubmit={submit}
      footer={
        <>
          <FooterNote>{missing.length > 0 ? t`Missing: ${formatList(missing)}` : ""}</FooterNote>
          <Button variant="default" onClick={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button type="submit" disabled={missing.length > 0} loading={create.isPending}>
            <Trans>Create key</Trans>
          </Button>
        </>
      }
    >
      <FormAlert error={create.error} shown={["name", "user_id", "expires_at", "permissions"]} />
      <TextInput
        label={t`Name`}
        description={t`Say which program uses it.`}
        required
        maxLength={100}
        data-autofocus
        value={name}
        error={errors.name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      {(services.data?.length ?? 0) > 0 && (
        <NativeSelect
          label={t`Owner`}
          value={owner}
          error={errors.user_id}
          onChange={(event) => setOwner(event.currentTarget.value)}
          data={[
            { value: "", label: may("api_keys.manage") ? t`Me` : t`Choose a service account` },
            ...(services.data ?? []).map((user) => ({ value: user.id, label: user.full_name })),
          ]}
        />
      )}
      <NativeSelect
        label={t`Expires`}
        value={lifetime}
        error={errors.expires_at}
        onChange={(event) => setLifetime(event.currentTarget.value as Lifetime)}
        data={[
          { value: "30", label: t`in 30 days` },
          { value: "90", label: t`in 90 days` },
          { value: "365", label: t`in one year` },
          { value: "date", label: t`on a day I choose` },
          { value: "", label: t`never` },
        ]}
      />
      {lifetime === "date" && (
        <TextInput
          type="date"
          label={t`Last day`}
          value={day}
          onChange={(event) => setDay(event.currentTarget.value)}
        />
      )}
      <div>
        <PermissionMatrix
          catalogue={catalogue}
          value={permissions}
          grantable={held}
          onChange={setPermissions}
        />
        {errors.permissions && (
          <Alert color="red" role="alert" mt="sm">
            {errors.permissions}
          </Alert>
        )}
      </div>
    </Panel>
  );
}
