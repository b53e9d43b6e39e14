import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, Checkbox, MultiSelect, Radio, Stack, TextInput } from "@mantine/core";
import { IconExternalLink } from "@tabler/icons-react";
import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { client, ifMatch, unwrap } from "@/api/client";
import { fieldErrors } from "@/api/errors";
import { fieldText } from "@/api/messages";
import { type Once, useOnce } from "@/api/once";
import type { CustomTab, Page as ListPage, TabPerson } from "@/api/types";
import { formatList } from "@/app/format";
import { TabIcon, tabIconName, tabIcons } from "@/features/dashboard/icons";
import { OrganizationMultiSelect } from "@/features/organizations/OrganizationMultiSelect";
import { FormAlert } from "@/ui/FormAlert";
import { FooterNote, Panel } from "@/ui/Panel";
import { useDraft } from "@/ui/useDraft";
import { bodyOf, type TabValues, usableAddress, valuesOf, variables } from "./tabForm";
import classes from "./tabs.module.css";

type Props = {
  tab: CustomTab | null;
  keysUrl: string;
  issuer: string;
  onClose: () => void;
  onSaved: (title: string) => void;
};

function save(once: Once, tab: CustomTab | null, values: TabValues) {
  const body = bodyOf(values);
  if (!tab) {
    return once((headers) => unwrap<CustomTab>(client.POST("/tabs", { headers, body })));
  }
  return unwrap<CustomTab>(
    client.PATCH("/tabs/{id}", {
      params: { path: { id: tab.id }, header: { "If-Match": ifMatch(tab.version) } },
      headers: { "Content-Type": "application/merge-patch+json" },
      body,
    }),
  );
}

/** Makes or changes a custom tab, with a preview of what clients see. */
export function TabPanel({ tab: given, keysUrl, issuer, onClose, onSaved }: Props) {
  const { base: tab, values, told, ...draft } = useDraft(given, valuesOf);
  const set = <F extends keyof TabValues>(field: F, value: TabValues[F]) =>
    draft.set({ [field]: value } as Pick<TabValues, F>);
  const once = useOnce();
  const saving = useMutation({
    mutationFn: () => save(once, tab, values),
    onError: told,
    onSuccess: (saved) => onSaved(saved.title),
  });
  const errors = fieldErrors(saving.error, fieldText);
  const missing = [
    values.title.trim() === "" && t`Title`,
    !usableAddress(values.url) && t`an address that begins with https://`,
    !values.all_organizations && values.organizations.length === 0 && t`at least one organization`,
    values.audience === "chosen" && values.people.length === 0 && t`at least one person`,
  ].filter((entry) => entry !== false);
  const changed = JSON.stringify(values) !== JSON.stringify(valuesOf(tab));
  const ready = missing.length === 0 && changed;
  return (
    <Panel
      opened
      size={600}
      title={tab ? t`Edit tab` : t`New tab`}
      changed={changed}
      onClose={onClose}
      onSubmit={() => ready && !saving.isPending && saving.mutate()}
      footer={
        <>
          <FooterNote>{missing.length > 0 ? t`Missing: ${formatList(missing)}` : ""}</FooterNote>
          <Button variant="default" onClick={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button type="submit" disabled={!ready} loading={saving.isPending}>
            {tab ? <Trans>Save</Trans> : <Trans>Add tab</Trans>}
          </Button>
        </>
      }
    >
      <FormAlert error={saving.error} shown={["title", "url", "organizations", "people"]} />
      <TextInput
        label={t`Title`}
        required
        maxLength={80}
        data-autofocus
        value={values.title}
        error={errors.title}
        onChange={(event) => set("title", event.currentTarget.value)}
      />
      <TextInput
        label={t`Address`}
        description={t`Begins with https://. These words are filled in: ${variables}.`}
        required
        value={values.url}
        error={errors.url}
        onChange={(event) => set("url", event.currentTarget.value)}
      />
      <IconChoice value={values.icon} onChange={(icon) => set("icon", icon)} />
      <Radio.Group
        label={t`Opens`}
        value={values.mode}
        onChange={(mode) => set("mode", mode as TabValues["mode"])}
      >
        <Stack gap={8} mt={6}>
          <Radio value="frame" label={t`in the dashboard`} />
          <Radio value="window" label={t`in a new window`} />
        </Stack>
      </Radio.Group>
      <Checkbox
        label={t`Tell the page who is looking`}
        description={t`It gets a signed token with name, e-mail, organization and permissions.`}
        checked={values.identify}
        onChange={(event) => set("identify", event.currentTarget.checked)}
      />
      {values.identify && <Keys keysUrl={keysUrl} issuer={issuer} />}
      <OrganizationChoice values={values} set={set} error={errors.organizations} />
      <PeopleChoice tab={tab} values={values} set={set} error={errors.people} />
      <Preview values={values} />
    </Panel>
  );
}

type FieldProps = {
  values: TabValues;
  set: <F extends keyof TabValues>(field: F, value: TabValues[F]) => void;
  error?: string;
};

function IconChoice({ value, onChange }: { value: string; onChange: (icon: string) => void }) {
  return (
    <fieldset className={classes.icons}>
      <legend>
        <Trans>Icon</Trans>
      </legend>
      {Object.keys(tabIcons).map((name) => (
        <label key={name} className={classes.icon}>
          <input
            type="radio"
            name="tab-icon"
            value={name}
            aria-label={tabIconName(name)}
            checked={value === name}
            onChange={() => onChange(name)}
          />
          <TabIcon name={name} size={20} />
        </label>
      ))}
    </fieldset>
  );
}

/** What the makers of the page need to check the token. */
function Keys({ keysUrl, issuer }: { keysUrl: string; issuer: string }) {
  return (
    <p className={classes.keys}>
      <Trans>
        The token comes from <span className="mono">{issuer}</span> and is checked with the keys at{" "}
        <span className="mono">{keysUrl}</span>.
      </Trans>
    </p>
  );
}

function OrganizationChoice({ values, set, error }: FieldProps) {
  const ids = values.organizations.map(({ id }) => id);
  return (
    <>
      <Radio.Group
        label={t`For which organizations`}
        value={values.all_organizations ? "all" : "chosen"}
        onChange={(choice) => set("all_organizations", choice === "all")}
      >
        <Stack gap={8} mt={6}>
          <Radio value="all" label={t`All`} />
          <Radio value="chosen" label={t`Chosen ones`} />
        </Stack>
      </Radio.Group>
      {!values.all_organizations && (
        <>
          <OrganizationMultiSelect
            label={t`Organizations`}
            required
            value={values.organizations}
            error={error}
            onChange={(chosen) => {
              set("organizations", chosen);
              set(
                "alone",
                values.alone.filter((id) => chosen.some((one) => one.id === id)),
              );
            }}
          />
          {ids.length > 0 && (
            <Checkbox.Group
              label={t`And those below`}
              value={ids.filter((id) => !values.alone.includes(id))}
              onChange={(kept) =>
                set(
                  "alone",
                  ids.filter((id) => !kept.includes(id)),
                )
              }
            >
              <Stack gap={8} mt={6}>
                {values.organizations.map(({ id, name }) => (
                  <Checkbox key={id} value={id} label={t`everything below ${name}`} />
                ))}
              </Stack>
            </Checkbox.Group>
          )}
        </>
      )}
    </>
  );
}

function PeopleChoice({ tab, values, set, error }: FieldProps & { tab: CustomTab | null }) {
  const [search, setSearch] = useState("");
  const found = useQuery({
    queryKey: ["tab-people", search],
    enabled: values.audience === "chosen",
    queryFn: ({ signal }) =>
      unwrap<ListPage<TabPerson>>(
        client.GET("/tab-people", { params: { query: { limit: 20, ...(search && { search }) } }, signal }),
      ),
    placeholderData: keepPreviousData,
  });
  const [names, setNames] = useState(
    () => new Map((tab?.people ?? []).map((person) => [person.id, person.name])),
  );
  const finds = new Set(found.data?.items.map(({ id }) => id));
  const options = new Map(names);
  for (const { id, name } of tab?.people ?? []) {
    if (values.people.includes(id) && !options.has(id)) options.set(id, name);
  }
  for (const { id, name, email } of found.data?.items ?? [])
    options.set(id, email ? `${name} (${email})` : name);
  const choose = (ids: string[]) => {
    setNames(new Map(ids.map((id) => [id, options.get(id) ?? id])));
    set("people", ids);
  };
  return (
    <>
      <Radio.Group
        label={t`For whom`}
        value={values.audience}
        onChange={(audience) => set("audience", audience as TabValues["audience"])}
      >
        <Stack gap={8} mt={6}>
          <Radio value="everybody" label={t`Everybody who has “Custom Tab” ticked`} />
          <Radio value="chosen" label={t`Chosen people, whether it is ticked or not`} />
        </Stack>
      </Radio.Group>
      {values.audience === "chosen" && (
        <MultiSelect
          label={t`People`}
          searchable
          required
          value={values.people}
          error={error}
          searchValue={search}
          onSearchChange={setSearch}
          onChange={choose}
          // The server has searched already; those who are chosen are listed with them, but are no findings.
          filter={({ options: all }) =>
            search ? all.filter((option) => !("value" in option) || finds.has(option.value)) : all
          }
          nothingFoundMessage={found.isPending ? undefined : t`Nobody found`}
          data={[...options].map(([value, label]) => ({ value, label }))}
        />
      )}
    </>
  );
}

function Preview({ values }: { values: TabValues }) {
  const title = values.title.trim() || t`Title`;
  return (
    <section aria-label={t`Preview`} className={classes.preview}>
      <div className={classes.previewBar}>
        <span className={classes.previewTab}>
          <TabIcon name={values.icon} />
          <span className="truncate" dir="auto">
            {title}
          </span>
          {values.mode === "window" && <IconExternalLink size={14} aria-hidden="true" />}
        </span>
      </div>
      <div className={classes.previewBody}>
        {usableAddress(values.url) ? (
          <a className="link" href={values.url.trim()} target="_blank" rel="noopener noreferrer">
            {values.url.trim()}
          </a>
        ) : (
          <Trans>Enter an address, and open it here to try it.</Trans>
        )}
      </div>
    </section>
  );
}
