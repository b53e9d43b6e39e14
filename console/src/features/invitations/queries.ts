import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { client, unwrap } from "@/api/client";
import type { components } from "@/api/schema.gen";
import type { Page } from "@/api/types";
import { isEmail } from "@/features/users/userForm";

type Schemas = components["schemas"];
export type Invitation = Schemas["Invitation"];
export type InviteRequest = Schemas["InviteRequest"];
export type InviteResult = Schemas["InviteResult"];
export type InvitationOffer = Schemas["InvitationOffer"];
type InvitationStats = Schemas["InvitationStats"];
export type InvitationPreview = Schemas["InvitationPreview"];
export type BulkInvitationResult = Schemas["BulkInvitationResult"];

export type InvitationState = Invitation["state"];
export const states: InvitationState[] = ["pending", "accepted", "expired", "deleted"];

/** The filters of the page, as they stand in the address. */
export type InvitationSearch = {
  state: string;
  search: string;
  /** To this one and those below it; "" for all that one sees. */
  organization_id: string;
  cursor: string;
};

export function parseInvitationSearch(raw: Record<string, unknown>): InvitationSearch {
  const text = (name: string) => (typeof raw[name] === "string" ? (raw[name] as string).slice(0, 2000) : "");
  const state = text("state");
  return {
    state: (states as string[]).includes(state) ? state : "",
    search: text("search").slice(0, 200),
    organization_id: text("organization_id").slice(0, 100),
    cursor: text("cursor"),
  };
}

/** The address of filters: only what says something is written. A cursor belongs to one filter. */
export function invitationUrl(search: Partial<InvitationSearch>): Record<string, string> {
  const entries = Object.entries(search).filter(([, value]) => value.trim() !== "");
  return Object.fromEntries(entries);
}

export const invitationsQuery = (search: InvitationSearch) =>
  queryOptions({
    queryKey: ["invitations", search],
    queryFn: ({ signal }) =>
      unwrap<Page<Invitation>>(
        client.GET("/invitations", { params: { query: invitationUrl(search) as never }, signal }),
      ),
    placeholderData: keepPreviousData,
  });

/** How many invitations to an organization, and to those below it, wait for an answer. */
export const invitationStatsQuery = (organization: string) =>
  queryOptions({
    queryKey: ["invitations", "stats", organization],
    queryFn: () =>
      unwrap<InvitationStats>(
        client.GET("/organizations/{id}/invitation-stats", { params: { path: { id: organization } } }),
      ),
    staleTime: 30_000,
  });

/** Up to this number invitations are counted. */
export const maxCounted = 1000;

/**
 * Which of some addresses are none. While one types, the last is not judged yet: it may be half of one.
 */
export function badAddresses(text: string, typing: boolean): string[] {
  const all = addressesOf(text);
  const judged = typing && !/[\n,;]\s*$/.test(text) ? all.slice(0, -1) : all;
  return judged.filter((address) => !isEmail(address));
}

/** How many different people a list of addresses would reach. */
export function countGood(addresses: string[]): number {
  return new Set(addresses.filter(isEmail).map((address) => address.toLowerCase())).size;
}

/** The addresses of a pasted list: one a line, or separated by commas or semicolons, also "Name <address>". */
export function addressesOf(text: string): string[] {
  return text
    .split(/[\n,;]+/)
    .map((part) => part.match(/<([^<>]+)>\s*$/)?.[1]?.trim() ?? part.trim())
    .filter((part) => part !== "");
}
