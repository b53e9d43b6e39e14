import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, NativeSelect, Radio, Stack, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { client, unwrap } from "@/api/client";
import { fieldErrors } from "@/api/errors";
import { fieldText } from "@/api/messages";
import { useOnce } from "@/api/once";
import type { Permission, Role, RoleCreate } from "@/api/types";
import { formatList } from "@/app/format";
import { useSession } from "@/app/session";
import { FormAlert } from "@/ui/FormAlert";
import { notifyDone } from "@/ui/notify";
import { FooterNote, Panel } from "@/ui/Panel";
import { useChanged } from "@/ui/useChanged";
import { codeFromName } from "./code";
import { PermissionMatrix } from "./PermissionMatrix";
import { rolesQuery } from "./queries";
import { roleName } from "./roleNames";

type Props = { roles: Role[]; catalogue: Permission[]; copyFrom: Role | null; onClose: () => void };
type Draft = {
  name: string;
  code: string | null;
  description: string;
  scope: "organization" | "team";
  permissions: string[];
};

function useCreateRole(onClose: () => void) {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const once = useOnce();
  return useMutation({
    mutationFn: (body: RoleCreate) =>
      once((headers) => unwrap<Role>(client.POST("/roles", { body, headers }))),
    onSuccess: async (role) => {
      await queryClient.invalidateQueries({ queryKey: rolesQuery.queryKey });
      onClose();
      notifyDone(t`The role ${role.name} is ready to be given.`);
      await navigate({ to: "/admin/roles/$id", params: { id: role.id } });
    },
  });
}

/** Makes a role. Its code and scope are fixed from then on, and the form says so. */
export function CreateRolePanel({ roles, catalogue, copyFrom, onClose }: Props) {
  const { permissions: held } = useSession();
  const grantable = (role: Role | undefined) => role?.permissions.filter((id) => held.includes(id)) ?? [];
  const [source, setSource] = useState(copyFrom?.id ?? "");
  const [draft, setDraft] = useState<Draft>({
    name: copyFrom ? t`Copy of ${roleName(copyFrom)}` : "",
    code: null,
    description: copyFrom?.description ?? "",
    scope: copyFrom?.scope ?? "organization",
    permissions: grantable(copyFrom ?? undefined),
  });
  const create = useCreateRole(onClose);
  const errors = fieldErrors(create.error, fieldText);
  const code = draft.code ?? codeFromName(draft.name);
  const missing = [
    draft.name.trim() === "" && t`Name`,
    draft.name.trim() !== "" && code === "" && t`Code`,
    draft.permissions.length === 0 && t`at least one permission`,
  ].filter((entry) => entry !== false);
  const submit = () => {
    if (missing.length > 0 || create.isPending) return;
    create.mutate({
      name: draft.name.trim(),
      code,
      description: draft.description.trim(),
      scope: draft.scope,
      permissions: draft.permissions,
    });
  };
  const copy = (id: string) => {
    setSource(id);
    if (id) setDraft((old) => ({ ...old, permissions: grantable(roles.find((role) => role.id === id)) }));
  };
  const changed = useChanged([source, draft]);
  return (
    <Panel
      opened
      changed={changed}
      size={640}
      title={t`New role`}
      onClose={onClose}
      onSubmit={submit}
      footer={
        <>
          <FooterNote>{missing.length > 0 ? t`Missing: ${formatList(missing)}` : ""}</FooterNote>
          <Button variant="default" onClick={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button type="submit" disabled={missing.length > 0} loading={create.isPending}>
            <Trans>Create role</Trans>
          </Button>
        </>
      }
    >
      <FormAlert error={create.error} shown={["name", "code", "description", "scope"]} />
      <TextInput
        label={t`Name`}
        required
        maxLength={100}
        data-autofocus
        value={draft.name}
        error={errors.name}
        onChange={(event) => setDraft({ ...draft, name: event.currentTarget.value })}
      />
      <TextInput
        label={t`Code`}
        description={t`Programs know the role by this. It is made from the name and can't be changed later.`}
        maxLength={64}
        value={code}
        error={errors.code}
        styles={{ input: { fontFamily: "var(--mono)" } }}
        onChange={(event) => setDraft({ ...draft, code: codeFromName(event.currentTarget.value) })}
      />
      <Textarea
        label={t`Description`}
        autosize
        minRows={2}
        maxLength={500}
        value={draft.description}
        error={errors.description}
        onChange={(event) => setDraft({ ...draft, description: event.currentTarget.value })}
      />
      <Radio.Group
        label={t`Scope`}
        description={t`Can't be changed later.`}
        value={draft.scope}
        error={errors.scope}
        onChange={(scope) => setDraft({ ...draft, scope: scope === "team" ? "team" : "organization" })}
      >
        <Stack gap={8} mt={8}>
          <Radio
            value="organization"
            label={t`Organization`}
            description={t`Holds in the whole organization.`}
          />
          <Radio
            value="team"
            label={t`Team`}
            description={t`Holds only within a team of the organization.`}
          />
        </Stack>
      </Radio.Group>
      <NativeSelect
        label={t`Copy permissions from`}
        value={source}
        onChange={(event) => copy(event.currentTarget.value)}
        data={[
          { value: "", label: t`No role` },
          ...roles.map((role) => ({ value: role.id, label: roleName(role) })),
        ]}
      />
      <div>
        <PermissionMatrix
          catalogue={catalogue}
          value={draft.permissions}
          grantable={held}
          onChange={(permissions) => setDraft({ ...draft, permissions })}
        />
      </div>
    </Panel>
  );
}
