import { t } from "@lingui/core/macro";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useEffect } from "react";
import { brandName } from "@/app/brand";
import classes from "./ui.module.css";

type Crumb = { to: string; label: string; search?: Record<string, string> };

/** A page's heading with its actions; it also names the browser tab. */
export function Page(props: {
  title: string;
  /** Which of several pages under one heading this is; only the browser tab is named by it. */
  part?: string;
  lead?: ReactNode;
  actions?: ReactNode;
  before?: ReactNode;
  crumbs?: Crumb[];
  children?: ReactNode;
}) {
  const { title, part, lead, actions, before, crumbs, children } = props;
  useDocumentTitle(part && part !== title ? `${part} · ${title}` : title);
  return (
    <>
      {crumbs && (
        <nav aria-label={t`Breadcrumb`}>
          <ol className={classes.crumbs}>
            {crumbs.map((crumb) => (
              <li key={crumb.label}>
                <Link to={crumb.to} search={crumb.search ?? {}}>
                  {crumb.label}
                </Link>{" "}
                <span aria-hidden="true">/</span>
              </li>
            ))}
            <li aria-current="page" className="truncate">
              {title}
            </li>
          </ol>
        </nav>
      )}
      <div className={classes.pageHead}>
        {before}
        <h1 className={classes.pageTitle}>{title}</h1>
        {actions && <div className={classes.pageActions}>{actions}</div>}
      </div>
      {lead && <div className={classes.pageLead}>{lead}</div>}
      {children}
    </>
  );
}

export function useDocumentTitle(title: string) {
  useEffect(() => {
    document.title = `${title} · ${brandName()}`;
  }, [title]);
}

/** What a page shows when there is nothing: why, and what to do next. */
export function EmptyState({
  icon,
  title,
  text,
  action,
}: {
  icon?: ReactNode;
  title: string;
  text?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className={classes.empty}>
      {icon}
      <p className={classes.emptyTitle}>{title}</p>
      {text && <p className={classes.emptyText}>{text}</p>}
      {action}
    </div>
  );
}

export function Note({ icon, children }: { icon?: ReactNode; children: ReactNode }) {
  return (
    <div className={classes.note}>
      {icon}
      <div>{children}</div>
    </div>
  );
}
