import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button, ColorInput, Group, NativeSelect, Stack, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { client, ifMatch, unwrap } from "@/api/client";
import { fieldErrors } from "@/api/errors";
import { fieldText } from "@/api/messages";
import type { OrganizationBrand } from "@/api/types";
import { contrast, parseHex } from "@/app/color";
import { sessionQuery } from "@/app/session";
import { FormAlert } from "@/ui/FormAlert";
import { notifyDone } from "@/ui/notify";
import { UnsavedGuard } from "@/ui/Unsaved";
import { useDraft } from "@/ui/useDraft";
import classes from "./branding.module.css";
import { LogoField } from "./LogoField";
import { Preview } from "./Preview";
import { brandQuery } from "./queries";

type Values = {
  name: string;
  color: string;
  support_email: string;
  support_url: string;
  powered_by: "" | "show" | "hide";
};

const fields = ["name", "color", "support_email", "support_url", "powered_by"] as const;

const valuesOf = ({ own }: OrganizationBrand): Values => ({
  name: own.name,
  color: own.color,
  support_email: own.support_email,
  support_url: own.support_url,
  powered_by: own.powered_by,
});

function saveBrand({ organization, version }: OrganizationBrand, body: Values): Promise<OrganizationBrand> {
  return unwrap<OrganizationBrand>(
    client.PATCH("/organizations/{id}/branding", {
      params: { path: { id: organization.id }, header: { "If-Match": ifMatch(version) } },
      headers: { "Content-Type": "application/merge-patch+json" },
      body,
    }),
  );
}

/** What an organization sets of its looks; what is empty comes from above. The preview follows every key. */
export function BrandForm({ brand }: { brand: OrganizationBrand }) {
  const queryClient = useQueryClient();
  const { inherited, organization } = brand;
  const adopt = async (next: OrganizationBrand) => {
    queryClient.setQueryData(brandQuery(organization.id).queryKey, next);
    await queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey });
  };
  const draft = useDraft(brand, valuesOf);
  const { values, base } = draft;
  const set = <F extends keyof Values>(field: F, value: Values[F]) =>
    draft.set({ [field]: value } as Pick<Values, F>);
  const saving = useMutation({
    mutationFn: (sent: Values) => saveBrand(base, sent),
    onError: draft.told,
    onSuccess: async (next, sent) => {
      draft.adopt(next, sent);
      notifyDone(t`The brand of ${organization.name} is saved.`);
      await adopt(next);
    },
  });
  const errors = fieldErrors(saving.error, fieldText);
  const changed = fields.some((field) => values[field] !== base.own[field]);
  const badColor = values.color !== "" && !parseHex(values.color);
  const shown = {
    ...brand.effective,
    name: values.name.trim() || inherited.name,
    color: parseHex(values.color) ? values.color : inherited.color,
    support_email: values.support_email.trim() || inherited.support_email,
    support_url: values.support_url.trim() || inherited.support_url,
    powered_by: values.powered_by === "" ? inherited.powered_by : values.powered_by === "show",
  };
  const none = t`none`;
  return (
    <div className={classes.columns}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (changed && !badColor && !saving.isPending) saving.mutate(values);
        }}
        noValidate
      >
        <Stack gap="md">
          <UnsavedGuard changed={changed} by={["organization"]} />
          <FormAlert
            error={saving.error}
            shown={["name", "color", "support_email", "support_url", "powered_by"]}
          />
          <TextInput
            label={t`Name`}
            description={t`Empty: ${inherited.name}`}
            maxLength={80}
            value={values.name}
            error={errors.name}
            onChange={(event) => set("name", event.currentTarget.value)}
            dir="auto"
          />
          <LogoField brand={brand} onChanged={adopt} />
          <ColorInput
            label={t`Color`}
            description={t`Empty: ${inherited.color}`}
            format="hex"
            value={values.color}
            error={errors.color ?? (badColor ? t`Write the color as #rrggbb.` : undefined)}
            onChange={(color) => set("color", color)}
            eyeDropperButtonProps={{ "aria-label": t`Pick a color from the screen` }}
          />
          <ContrastNote color={shown.color} />
          <TextInput
            label={t`Support e-mail`}
            type="email"
            description={t`Empty: ${inherited.support_email || none}`}
            value={values.support_email}
            error={errors.support_email}
            onChange={(event) => set("support_email", event.currentTarget.value)}
          />
          <TextInput
            label={t`Help page`}
            type="url"
            description={t`Begins with https://. Empty: ${inherited.support_url || none}`}
            value={values.support_url}
            error={errors.support_url}
            onChange={(event) => set("support_url", event.currentTarget.value)}
          />
          <NativeSelect
            label={t`“Powered by Retinue”`}
            value={values.powered_by}
            error={errors.powered_by}
            onChange={(event) => set("powered_by", event.currentTarget.value as Values["powered_by"])}
            data={[
              { value: "", label: inherited.powered_by ? t`as above: shown` : t`as above: hidden` },
              { value: "show", label: t`Show` },
              { value: "hide", label: t`Hide` },
            ]}
          />
          <Group>
            <Button type="submit" disabled={!changed || badColor} loading={saving.isPending}>
              <Trans>Save</Trans>
            </Button>
          </Group>
        </Stack>
      </form>
      <Preview brand={shown} />
    </div>
  );
}

/** Says how the color reads on light and dark pages; the console darkens or lightens it where it has to. */
function ContrastNote({ color }: { color: string }) {
  const light = contrast(color, "#ffffff");
  const dark = contrast(color, "#17181a");
  const weak = light < 3 ? t`light` : dark < 3 ? t`dark` : "";
  return (
    <p className={classes.contrast} role="status">
      {weak
        ? t`Contrast ${light.toFixed(1)} to 1 on light, ${dark.toFixed(1)} to 1 on dark pages. On ${weak} pages another shade of it is used, so that it can be read.`
        : t`Contrast ${light.toFixed(1)} to 1 on light, ${dark.toFixed(1)} to 1 on dark pages. It can be read on both.`}
    </p>
  );
}
