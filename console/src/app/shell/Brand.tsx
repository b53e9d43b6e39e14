import { t } from "@lingui/core/macro";
import { IconBuilding } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useSession } from "../session";
import classes from "./Shell.module.css";

type BrandData = { name: string; short_name?: string; logo_url: string | null };

/** The tenant's logo, or its first letter on its colour. */
export function BrandMark({ tenant }: { tenant: BrandData }) {
  if (tenant.logo_url) return <img className={classes.logo} src={tenant.logo_url} alt="" />;
  return (
    <span className={classes.mark} aria-hidden="true">
      {[...tenant.name.trim()][0]?.toUpperCase() ?? "R"}
    </span>
  );
}

export function Brand() {
  const { brand } = useSession();
  return (
    <Link to="/" className={classes.brand} aria-label={t`${brand.name}, home`}>
      <BrandMark tenant={brand} />
      <span className={`${classes.brandName} truncate`}>{brand.name}</span>
    </Link>
  );
}

/** The organization the person works in. */
export function Organization() {
  const { organization, tenant } = useSession();
  if (organization.is_root && organization.name === tenant.name) return null;
  return (
    <span className={classes.organization} title={t`Organization: ${organization.name}`}>
      <IconBuilding size={16} stroke={1.75} aria-hidden="true" />
      <span className="truncate">{organization.name}</span>
    </span>
  );
}
