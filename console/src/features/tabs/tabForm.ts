import type { CustomTab } from "@/api/types";
import type { Ref } from "@/features/organizations/choices";

/** What can stand in an address and is filled in when the tab opens. */
export const variables = "{tenant}, {organization}, {organization_id}, {user_id}, {locale}";

export type TabValues = {
  title: string;
  icon: string;
  url: string;
  mode: "frame" | "window";
  identify: boolean;
  audience: "everybody" | "chosen";
  people: string[];
  all_organizations: boolean;
  organizations: Ref[];
  /** Of the chosen organizations, those that it is for without what is below them. */
  alone: string[];
};

/** What a form begins with: a new tab, or one that is there. */
export function valuesOf(tab: CustomTab | null): TabValues {
  if (!tab) {
    return {
      title: "",
      icon: "app",
      url: "",
      mode: "frame",
      identify: false,
      audience: "everybody",
      people: [],
      all_organizations: true,
      organizations: [],
      alone: [],
    };
  }
  return {
    title: tab.title,
    icon: tab.icon,
    url: tab.url,
    mode: tab.mode,
    identify: tab.identify,
    audience: tab.audience,
    people: tab.people.map((person) => person.id),
    all_organizations: tab.all_organizations,
    organizations: tab.organizations.map(({ id, name }) => ({ id, name })),
    alone: tab.organizations.filter((one) => !one.descendants).map((one) => one.id),
  };
}

/** What the API takes: people and organizations only where they count. */
export function bodyOf({ alone, ...values }: TabValues) {
  return {
    ...values,
    title: values.title.trim(),
    url: values.url.trim(),
    people: values.audience === "chosen" ? values.people : [],
    organizations: values.all_organizations
      ? []
      : values.organizations.map(({ id }) => ({ id, descendants: !alone.includes(id) })),
  };
}

/** Whether an address can be that of a tab: https, or http on this very machine, and nothing in it that leaks. */
export function usableAddress(address: string): boolean {
  const text = address.trim();
  if (text.length === 0 || text.length > 2000) return false;
  let url: URL;
  try {
    url = new URL(text.replace(/\{[a-z_]+\}/g, "x"));
  } catch {
    return false;
  }
  if (url.username || url.password || url.hash) return false;
  const here =
    ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname) || url.hostname.endsWith(".localhost");
  return url.protocol === "https:" || (url.protocol === "http:" && here);
}
