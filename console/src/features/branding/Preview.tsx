import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import type { Brand } from "@/api/types";
import { ensureContrast, readableOn } from "@/app/color";
import classes from "./branding.module.css";
import { useVariables } from "./useVariables";

const pages = { light: "#ffffff", dark: "#17181a" };

/** The sign-in page as people will see it, in light and dark. */
export function Preview({ brand }: { brand: Brand }) {
  return (
    <section className={classes.previews} aria-label={t`Preview`}>
      <One brand={brand} scheme="light" label={t`Light`} />
      <One brand={brand} scheme="dark" label={t`Dark`} />
    </section>
  );
}

function One({ brand, scheme, label }: { brand: Brand; scheme: "light" | "dark"; label: string }) {
  const fill = ensureContrast(brand.color, pages[scheme], 3);
  const style = useVariables({ "--preview-fill": fill, "--preview-on": readableOn(fill) });
  return (
    <figure className={classes.figure}>
      <figcaption className={classes.caption}>{label}</figcaption>
      <div className={classes.stage} data-scheme={scheme} ref={style}>
        <div className={classes.stageBrand}>
          {brand.logo_url ? (
            <img className={classes.stageLogo} src={brand.logo_url} alt="" />
          ) : (
            <span className={classes.stageMark} aria-hidden="true">
              {[...brand.name.trim()][0]?.toUpperCase() ?? "R"}
            </span>
          )}
          <span className="truncate" dir="auto">
            {brand.name}
          </span>
        </div>
        <div className={classes.stageTitle}>
          <Trans>Sign in</Trans>
        </div>
        <div className={classes.stageField} />
        <div className={classes.stageField} />
        <div className={classes.stageButton}>
          <Trans>Sign in</Trans>
        </div>
        <div className={classes.stageFoot}>
          {brand.support_email && <span className="truncate">{brand.support_email}</span>}
          {brand.powered_by && <span>{t`Powered by ${"Retinue"}`}</span>}
        </div>
      </div>
    </figure>
  );
}
