import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Checkbox, Fieldset, NativeSelect, Select, Switch, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { currentOf } from "@/api/conflict";
import { fieldErrors } from "@/api/errors";
import { fieldText } from "@/api/messages";
import type { Organization } from "@/api/types";
import { dashboardsChanged } from "@/app/dashboard";
import { timezones } from "@/app/format";
import { languages } from "@/app/i18n";
import { sessionQuery, useCan } from "@/app/session";
import { DomainStates } from "@/features/branding/Domains";
import { FormAlert } from "@/ui/FormAlert";
import { notifyDone } from "@/ui/notify";
import { FooterNote } from "@/ui/Panel";
import { type PhotoChange, PhotoField } from "@/ui/photo/PhotoField";
import { UnsavedGuard } from "@/ui/Unsaved";
import ui from "@/ui/ui.module.css";
import { useDraft } from "@/ui/useDraft";
import { ManageConflict } from "./ManageConflict";
import { type Draft, draftOf, patchOf, type Sent, saveAll } from "./manage";
import classes from "./organizations.module.css";
import { featuresQuery, organizationChanged, organizationQuery, organizationsQuery } from "./queries";
import { featureWords, layoutName } from "./words";

/** What an organization is called, looks like and may have at all. */
export function ManageForm({ organization: given }: { organization: Organization }) {
  const queryClient = useQueryClient();
  const may = useCan();
  const { base: organization, values: draft, set, adopt, reset } = useDraft(given, draftOf);
  const [logo, setLogo] = useState<PhotoChange>(null);
  const zones = useMemo(() => timezones(draft.timezone), [draft.timezone]);
  const missing = draft.name.trim() === "";
  const unchanged = patchOf(draftOf(organization), draft) === null && logo === null;
  const save = useMutation({
    mutationFn: (sent: Sent) => saveAll(organization, sent, (saved) => adopt(saved, sent.draft)),
    onSuccess: (saved, sent) => {
      adopt(saved, sent.draft);
      setLogo(null);
      notifyDone(t`${saved.name} is saved.`);
    },
    onSettled: async (saved) => {
      // A part may have been saved before the other was refused.
      if (saved) await organizationChanged(queryClient, saved);
      else await queryClient.invalidateQueries({ queryKey: organizationsQuery.queryKey });
      await queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey });
      await dashboardsChanged(queryClient);
    },
  });
  const current = currentOf<Organization>(save.error);
  // Where nobody else changed the same, the form shows theirs already.
  const conflict = current && current.version > organization.version ? current : null;
  const errors = fieldErrors(save.error, fieldText);
  const asAbove = useAsAbove(organization);
  return (
    <form
      className={classes.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!missing && !unchanged && !save.isPending) {
          save.mutate({ draft, logo, version: organization.version });
        }
      }}
    >
      <UnsavedGuard changed={!unchanged} by={["organization", "tab"]} />
      <FormAlert
        error={conflict ? null : save.error}
        shown={["name", "description", "locale", "timezone", "layout"]}
      />
      <PhotoField logo name={draft.name} current={organization.logo_url} change={logo} onChange={setLogo} />
      {may("branding.manage") && (
        <>
          <p className={ui.sectionLead}>
            <Trans>
              This square picture stands for it in lists. The logo on its pages and mails, its color and its
              own domain are part of its{" "}
              <Link to="/admin/branding" search={{ organization: organization.id }} className="link">
                branding
              </Link>
              .
            </Trans>
          </p>
          <DomainStates organization={organization.id} />
        </>
      )}
      <TextInput
        label={t`Name`}
        required
        maxLength={80}
        value={draft.name}
        error={errors.name}
        onChange={(event) => set({ name: event.currentTarget.value })}
      />
      <Textarea
        label={t`Description`}
        autosize
        minRows={2}
        maxLength={500}
        value={draft.description}
        error={errors.description}
        onChange={(event) => set({ description: event.currentTarget.value })}
      />
      <div className={classes.two}>
        <NativeSelect
          label={t`Language`}
          description={t`Of people who have chosen none.`}
          value={draft.locale}
          error={errors.locale}
          onChange={(event) => set({ locale: event.currentTarget.value })}
          data={[
            { value: "", label: asAbove("locale") },
            ...languages.map(({ value, label }) => ({ value, label })),
          ]}
        />
        <Select
          label={t`Time zone`}
          description={t`Of people who have chosen none.`}
          placeholder={asAbove("timezone")}
          data={zones}
          searchable
          clearable
          limit={80}
          nothingFoundMessage={t`No such time zone`}
          value={draft.timezone || null}
          error={errors.timezone}
          onChange={(value) => set({ timezone: value ?? "" })}
          clearButtonProps={{ "aria-label": t`Clear the time zone` }}
        />
      </div>
      <NativeSelect
        label={t`Dashboard layout`}
        value={draft.layout}
        error={errors.layout}
        onChange={(event) => set({ layout: event.currentTarget.value as Draft["layout"] })}
        data={[
          ...(organization.is_root ? [] : [{ value: "", label: asAbove("layout") }]),
          ...(["vertical", "horizontal"] as const).map((value) => ({ value, label: layoutName(value) })),
        ]}
      />
      {organization.allowed_actions.includes("features") && (
        <FeaturesField
          organization={organization}
          value={draft.features}
          onChange={(features) => set({ features })}
        />
      )}
      <div className={classes.save}>
        <FooterNote>{missing ? t`Missing: Name` : unchanged ? t`Nothing has changed yet.` : ""}</FooterNote>
        <Button
          variant="default"
          disabled={unchanged && !missing}
          onClick={() => {
            reset();
            setLogo(null);
          }}
        >
          <Trans>Undo</Trans>
        </Button>
        <Button type="submit" disabled={missing || unchanged} loading={save.isPending}>
          <Trans>Save</Trans>
        </Button>
      </div>
      <ManageConflict
        base={organization}
        mine={draft}
        current={conflict}
        onReload={(theirs) => {
          reset(theirs);
          setLogo(null);
          save.reset();
        }}
        onOverwrite={({ version }) => save.mutate({ draft, logo, version })}
        onClose={() => save.reset()}
      />
    </form>
  );
}

type Inherited = "locale" | "timezone" | "layout";

/** What counts where an organization sets nothing, in words, as far as the person may know it. */
function useAsAbove(organization: Organization): (field: Inherited) => string {
  const above = useQuery({
    ...organizationQuery(organization.parent_id ?? ""),
    enabled: organization.parent_id !== null,
  });
  return (field) => {
    if (organization.is_root)
      return field === "locale" ? t`The browser's language` : t`The browser's time zone`;
    // What it has not set itself comes from above; what it has set hides that.
    const value = organization[field] === "" ? organization.effective[field] : above.data?.effective[field];
    return value === undefined ? t`As above` : t`As above: ${inheritedName(field, value)}`;
  };
}

function inheritedName(field: Inherited, value: string): string {
  if (field === "layout") return layoutName(value === "horizontal" ? "horizontal" : "vertical");
  if (value === "") return field === "locale" ? t`the browser's language` : t`the browser's time zone`;
  return languages.find((language) => language.value === value)?.label ?? value;
}

type FeaturesProps = {
  organization: Organization;
  value: string[] | null;
  onChange: (value: string[] | null) => void;
};

/** What the organization may have at all, of what the one above it has. */
function FeaturesField({ organization, value, onChange }: FeaturesProps) {
  const features = useQuery(featuresQuery);
  const available = organization.effective.available_features;
  const toggle = (code: string, on: boolean) => {
    const now = value ?? available;
    onChange(on ? [...now, code] : now.filter((other) => other !== code));
  };
  return (
    <Fieldset legend={t`Features`} className={classes.access} variant="unstyled">
      <Switch
        label={t`All that the organization above has`}
        description={t`Otherwise nobody here can open what is off, whatever they are granted.`}
        checked={value === null}
        onChange={(event) => onChange(event.currentTarget.checked ? null : available)}
      />
      {value !== null &&
        features.data?.map((feature) => {
          const words = featureWords(feature);
          const missing = !available.includes(feature.code);
          return (
            <Checkbox
              key={feature.code}
              label={words.name}
              description={missing ? t`The organization above does not have this.` : words.description}
              checked={value.includes(feature.code)}
              disabled={missing && !value.includes(feature.code)}
              onChange={(event) => toggle(feature.code, event.currentTarget.checked)}
            />
          );
        })}
    </Fieldset>
  );
}
