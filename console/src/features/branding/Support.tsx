import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import type { Brand } from "@/api/types";

/** Where to get help, and what the page is made with unless the brand hides it. */
export function Support({ brand }: { brand: Partial<Brand> }) {
  return (
    <>
      {brand.support_url && (
        <a className="link" href={brand.support_url} target="_blank" rel="noopener noreferrer">
          <Trans>Help</Trans>
        </a>
      )}
      {brand.support_email && (
        <a className="link" href={`mailto:${brand.support_email}`}>
          {brand.support_email}
        </a>
      )}
      {brand.powered_by && <span>{t`Powered by ${"Retinue"}`}</span>}
    </>
  );
}
