import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Alert, Button, Group, Input } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type DragEvent, useRef, useState } from "react";
import { client, sendBytes, unwrap } from "@/api/client";
import { fieldErrors } from "@/api/errors";
import { errorText, fieldText } from "@/api/messages";
import type { OrganizationBrand } from "@/api/types";
import classes from "./branding.module.css";

type Props = { brand: OrganizationBrand; onChanged: (next: OrganizationBrand) => Promise<void> };

/** The logo by picker or drag and drop. It is saved at once: the picture itself is the change. */
export function LogoField({ brand, onChanged }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const id = brand.organization.id;
  const upload = useMutation({
    mutationFn: (file: File) =>
      sendBytes<OrganizationBrand>("PUT", `/api/v1/organizations/${id}/branding/logo`, file),
    onSuccess: onChanged,
  });
  const remove = useMutation({
    mutationFn: () =>
      unwrap<OrganizationBrand>(
        client.DELETE("/organizations/{id}/branding/logo", { params: { path: { id } } }),
      ),
    onSuccess: onChanged,
  });
  const take = (file: File | undefined) => {
    if (file) upload.mutate(file);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files[0]);
  };
  const failed = upload.error ?? remove.error;
  const shown = brand.effective.logo_url;
  return (
    <div>
      <Input.Label>
        <Trans>Logo</Trans>
      </Input.Label>
      <Input.Description mb={8}>
        <Trans>JPEG, PNG, GIF or WebP. It is scaled to fit 640 × 200 pixels, and anybody can see it.</Trans>
      </Input.Description>
      {failed && (
        <Alert color="red" role="alert" mb={8}>
          {fieldErrors(failed, fieldText).logo ?? errorText(failed)}
        </Alert>
      )}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way; the button is the first */}
      <div
        className={classes.drop}
        data-over={over || undefined}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        {shown ? (
          <img className={classes.logo} src={shown} alt={t`Logo`} />
        ) : (
          <span className={classes.quiet}>{t`No logo yet: the first letter of the name is shown.`}</span>
        )}
        <Group gap={8}>
          <Button variant="default" loading={upload.isPending} onClick={() => input.current?.click()}>
            <Trans>Choose a picture</Trans>
          </Button>
          {brand.own.logo_url && (
            <Button variant="default" loading={remove.isPending} onClick={() => remove.mutate()}>
              <Trans>Remove</Trans>
            </Button>
          )}
        </Group>
        <input
          ref={input}
          type="file"
          hidden
          accept="image/jpeg,image/png,image/gif,image/webp"
          aria-label={t`Logo`}
          onChange={(event) => {
            take(event.currentTarget.files?.[0]);
            event.currentTarget.value = "";
          }}
        />
      </div>
    </div>
  );
}
