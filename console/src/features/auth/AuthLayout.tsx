import { t } from "@lingui/core/macro";
import { NativeSelect } from "@mantine/core";
import type { ReactNode } from "react";
import type { Brand } from "@/api/types";
import { type Language, languageOf, languages, pickLanguage } from "@/app/i18n";
import { BrandMark } from "@/app/shell/Brand";
import { Support } from "@/features/branding/Support";
import { useDocumentTitle } from "@/ui/Page";
import classes from "./auth.module.css";

type Props = {
  title: string;
  lead?: ReactNode;
  tenant?: (Pick<Brand, "name" | "logo_url"> & Partial<Brand>) | null;
  wide?: boolean;
  children: ReactNode;
};

/** The frame of the pages before signing in. */
export function AuthLayout({ title, lead, tenant, wide, children }: Props) {
  useDocumentTitle(title);
  const brand = tenant ?? { name: "Retinue", logo_url: null };
  return (
    <div className={classes.page}>
      <main className={`${classes.card} ${wide ? classes.wide : ""}`}>
        <div className={classes.brand}>
          <BrandMark tenant={brand} />
          {brand.name}
        </div>
        <h1 className={classes.title}>{title}</h1>
        <p className={classes.lead}>{lead}</p>
        {children}
      </main>
      <footer className={classes.foot}>
        {tenant && <Support brand={tenant} />}
        <NativeSelect
          aria-label={t`Language`}
          variant="unstyled"
          value={languageOf(document.documentElement.lang) ?? "en"}
          onChange={(event) => void pickLanguage(event.currentTarget.value as Language)}
          data={languages.map(({ value, label }) => ({ value, label }))}
        />
      </footer>
    </div>
  );
}
