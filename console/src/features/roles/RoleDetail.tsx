import { plural, t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Textarea, TextInput } from "@mantine/core";
import { IconCopy, IconLock, IconTrash } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { client, ifMatch, unwrap } from "@/api/client";
import { fieldErrors } from "@/api/errors";
import { fieldText } from "@/api/messages";
import type { Permission, Role } from "@/api/types";
import { useCan, useSession } from "@/app/session";
import { sameSet } from "@/features/users/userForm";
import { Tag } from "@/ui/badges";
import { FormAlert } from "@/ui/FormAlert";
import { notifyDone } from "@/ui/notify";
import { UnsavedGuard } from "@/ui/Unsaved";
import { useDraft } from "@/ui/useDraft";
import { DeleteRole } from "./DeleteRole";
import { PermissionMatrix } from "./PermissionMatrix";
import { rolesQuery } from "./queries";
import { roleDescription, roleName, scopeName } from "./roleNames";
import classes from "./roles.module.css";

type Props = { role: Role; catalogue: Permission[]; onCopy: () => void };
type Draft = { name: string; description: string; permissions: string[] };

const draftOf = ({ name, description, permissions }: Role): Draft => ({ name, description, permissions });

/** The fields of a draft that differ from the role, or null. */
export function rolePatch(role: Draft, draft: Draft): Partial<Draft> | null {
  const patch: Partial<Draft> = {};
  if (draft.name.trim() !== role.name) patch.name = draft.name.trim();
  if (draft.description.trim() !== role.description) patch.description = draft.description.trim();
  if (!sameSet(draft.permissions, role.permissions)) patch.permissions = draft.permissions;
  return Object.keys(patch).length > 0 ? patch : null;
}

/** One role: what it grants, and for those who may, its editor. */
export function RoleDetail({ role: given, catalogue, onCopy }: Props) {
  const may = useCan();
  const session = useSession();
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const { base: role, values: draft, set: setDraft, adopt, told, reset } = useDraft(given, draftOf);
  const editable = role.editable && may("roles.manage");
  const [deleting, setDeleting] = useState(false);
  const patch = rolePatch(role, draft);
  const save = useMutation({
    mutationFn: (sent: Draft) =>
      unwrap<Role>(
        client.PATCH("/roles/{id}", {
          params: { path: { id: role.id }, header: { "If-Match": ifMatch(role.version) } },
          headers: { "Content-Type": "application/merge-patch+json" },
          body: rolePatch(role, sent) ?? {},
        }),
      ),
    onError: told,
    onSuccess: async (saved, sent) => {
      adopt(saved, sent);
      notifyDone(t`The role ${saved.name} is saved.`);
      await queryClient.invalidateQueries({ queryKey: rolesQuery.queryKey });
    },
  });
  const errors = fieldErrors(save.error, fieldText);
  const problem =
    draft.name.trim() === ""
      ? t`Missing: Name`
      : draft.permissions.length === 0
        ? t`Missing: at least one permission`
        : "";
  return (
    <section aria-label={roleName(role)}>
      <RoleHead
        role={role}
        editable={editable}
        mayCopy={may("roles.manage")}
        onCopy={onCopy}
        onDelete={() => setDeleting(true)}
      />
      <UnsavedGuard changed={patch !== null} />
      <FormAlert error={save.error} shown={["name", "description"]} mb="md" />
      {editable && (
        <div className={classes.fields}>
          <TextInput
            label={t`Name`}
            required
            maxLength={100}
            value={draft.name}
            error={errors.name}
            onChange={(event) => setDraft({ name: event.currentTarget.value })}
          />
          <Textarea
            label={t`Description`}
            autosize
            minRows={1}
            maxLength={500}
            value={draft.description}
            error={errors.description}
            onChange={(event) => setDraft({ description: event.currentTarget.value })}
          />
        </div>
      )}
      <PermissionMatrix
        catalogue={catalogue}
        value={draft.permissions}
        grantable={session.permissions}
        onChange={editable ? (permissions) => setDraft({ permissions }) : undefined}
      />
      {editable && (
        <div className={classes.bar}>
          <p className={classes.barNote} role="status">
            {problem || (patch ? effectNote(role) : t`Nothing has changed yet.`)}
          </p>
          <Button variant="default" disabled={!patch} onClick={() => reset()}>
            <Trans>Discard</Trans>
          </Button>
          <Button
            disabled={!patch || problem !== ""}
            loading={save.isPending}
            onClick={() => save.mutate(draft)}
          >
            <Trans>Save</Trans>
          </Button>
        </div>
      )}
      <DeleteRole
        role={role}
        opened={deleting}
        onClose={() => setDeleting(false)}
        onDeleted={() => void navigate({ to: "/admin/roles" })}
      />
    </section>
  );
}

function effectNote(role: Role): string {
  if (role.members_count === 0) return "";
  return plural(role.members_count, {
    one: "Changes the access of # person at once.",
    other: "Changes the access of # people at once.",
  });
}

type HeadProps = {
  role: Role;
  editable: boolean;
  mayCopy: boolean;
  onCopy: () => void;
  onDelete: () => void;
};

function RoleHead({ role, editable, mayCopy, onCopy, onDelete }: HeadProps) {
  const may = useCan();
  // Of the others whoever sees a part of the company is told nothing.
  const people = useSession().organization.is_root
    ? plural(role.members_count, { one: "Held by # person", other: "Held by # people" })
    : plural(role.members_count, { one: "Held by # person here", other: "Held by # people here" });
  return (
    <>
      <div className={classes.head}>
        <h2 className={classes.name}>{roleName(role)}</h2>
        {role.system && (
          <Tag icon={<IconLock size={14} stroke={1.75} aria-hidden="true" />}>{t`Built in, locked`}</Tag>
        )}
        <div className={classes.headActions}>
          {mayCopy && (
            <Button variant="default" leftSection={<IconCopy size={16} stroke={1.75} />} onClick={onCopy}>
              <Trans>Copy into a new role</Trans>
            </Button>
          )}
          {editable && (
            <Button variant="default" leftSection={<IconTrash size={16} stroke={1.75} />} onClick={onDelete}>
              <Trans>Delete</Trans>
            </Button>
          )}
        </div>
      </div>
      <p className={classes.facts}>
        {roleDescription(role) && <span>{roleDescription(role)}</span>}
        <span className="mono">{role.code}</span>
        <span>
          <Trans>Scope: {scopeName(role.scope)}</Trans>
        </span>
        {may("users.read") && role.members_count > 0 ? (
          <Link to="/admin/users" search={{ role: role.id }} className="link">
            {people}
          </Link>
        ) : (
          <span>{people}</span>
        )}
      </p>
    </>
  );
}
