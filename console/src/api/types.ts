import type { components } from "./schema.gen";

type Schemas = components["schemas"];

/** A refusal (RFC 9457) with the extra members that some codes carry. */
export type Problem = {
  code: string;
  status: number;
  title?: string;
  detail?: string;
  request_id?: string;
  reason?: string;
  errors?: Schemas["FieldProblem"][];
  missing_permission?: string;
  missing_permissions?: string[];
  retry_at?: string;
  holders_count?: number;
  holders?: { id: string; name: string }[];
  invitations_count?: number;
  invitations?: { id: string; email: string }[];
  current?: unknown;
  refusal_code?: string;
  address?: string;
};
export type SignInOptions = Schemas["SignInOptions"];
export type Session = Schemas["Session"];
export type User = Schemas["User"];
export type UserStats = Schemas["UserStats"];
export type UserCreate = Schemas["CreateUserRequest"];
export type UserPatch = Schemas["UserPatch"];
export type SelfPatch = Schemas["SelfPatch"];
export type BulkRequest = Schemas["BulkRequest"];
export type BulkResult = Schemas["BulkResult"];
export type TabPerson = Schemas["TabPerson"];
export type Teammate = Schemas["Teammate"];
export type PasswordRules = Schemas["PasswordRules"];
export type DeviceSession = Schemas["Device"];
export type Colleague = Schemas["Colleague"];
export type PresenceState = Schemas["Presence"];
export type Presence = PresenceState["presence"];
export const presences: readonly Presence[] = ["online", "away", "offline"];
export type UserAlias = Schemas["UserAlias"];
export type Access = Schemas["Access"];
export type AccessPermission = Schemas["AccessPermission"];
export type Permission = Schemas["Permission"];
export type Role = Schemas["Role"];
export type RoleCreate = Schemas["CreateRoleRequest"];
export type Organization = Schemas["Organization"];
export type OrganizationPatch = Schemas["OrganizationPatch"];
export type OrganizationDeletion = Schemas["OrganizationDeletion"];
export type OrganizationFeature = Schemas["Feature"];
export type OwnOrganizations = Schemas["OwnOrganizations"];
export type AccessOption = Schemas["AccessOption"];
export type Membership = Schemas["Membership"];
export type OrganizationUserType = Schemas["OrganizationUserType"];
export type Team = Schemas["Team"];
export type Agent = Schemas["Agent"];
export type AgentOrganizations = Schemas["AgentOrganizations"];
export type TeamMember = Schemas["TeamMember"];
export type AccessReview = Schemas["AccessReview"];
export type AccessReviewRow = Schemas["AccessReviewRow"];
export type ReviewDecision = AccessReviewRow["decision"];
export type ReviewDecided = Schemas["ReviewDecided"];
export type UserDeletion = Schemas["UserDeletion"];
export type DeletedUser = Schemas["DeletedUser"];
export type Dashboard = Schemas["DashboardView"];
export type DashboardTab = Schemas["DashboardTab"];
export type DashboardHome = Schemas["DashboardHome"];
export type CustomTab = Schemas["CustomTab"];
export type CustomTabs = Schemas["CustomTabs"];
export type TabApp = Schemas["TabApp"];
export type Announcement = Schemas["Announcement"];
export type Brand = Schemas["Brand"];
export type ResetOffer = Schemas["ResetOffer"];
export type OrganizationBrand = Schemas["OrganizationBrand"];
export type Domain = Schemas["Domain"];
export type AuditEvent = Schemas["Event"];
export type APIKey = Schemas["APIKey"];
export type OutboxMail = Schemas["Mail"];
export type Import = Schemas["Import"];
export type CustomField = Schemas["CustomField"];
export type CustomFieldUsage = Schemas["CustomFieldUsage"];
/** Values of custom fields by the field's key. */
export type FieldValues = User["custom_fields"];
export type ImportRow = Schemas["ImportRow"];
export type Export = Schemas["Export"];
export type ExportRequest = Schemas["ExportRequest"];
export type ExportFilter = Schemas["ExportFilter"];

/** One page of a list that is paged by cursor. */
export type Page<T> = { items: T[]; next_cursor?: string | null; prev_cursor?: string | null };

export type UserAction =
  | "edit"
  | "invite"
  | "reset_password"
  | "suspend"
  | "reactivate"
  | "delete"
  | "log_in_as";
