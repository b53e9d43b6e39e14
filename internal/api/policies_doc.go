package api

import (
	"context"
	"net/http"
	"time"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/policies"
)

type policyOutput struct {
	ETagHeader
	Body Policy
}

func (s *server) getPolicy(ctx context.Context, c *access.Caller, in *OrganizationPath) (*policyOutput, error) {
	v, err := s.deps.Policies.Get(ctx, c, in.ID)
	if err != nil {
		return nil, err
	}
	return &policyOutput{ETagHeader: tagged(v.Own.Version), Body: policyOf(c, v)}, nil
}

// PolicyChange replaces what an organization sets.
type PolicyChange struct {
	PolicySettings
	ConfirmSelf bool `json:"confirm_self,omitempty" doc:"The caller's own session may end by this"`
}

type setPolicyInput struct {
	OrganizationPath
	IfMatchHeader
	Body PolicyChange
}

func (s *server) setPolicy(ctx context.Context, c *access.Caller, in *setPolicyInput) (*policyOutput, error) {
	p := in.Body.policy(in.ID)
	p.Version = in.version()
	v, err := s.deps.Policies.Set(ctx, c, p, in.Body.ConfirmSelf)
	if err != nil {
		return nil, withCurrent(err, func() (any, error) {
			now, err := s.deps.Policies.Get(ctx, c, in.ID)
			if err != nil {
				return nil, err
			}
			return policyOf(c, now), nil
		})
	}
	return &policyOutput{ETagHeader: tagged(v.Own.Version), Body: policyOf(c, v)}, nil
}

// RehearsalGroup is people who something would happen to.
type RehearsalGroup struct {
	Sessions int         `json:"sessions"`
	People   int         `json:"people"`
	First    []PersonRef `json:"first" doc:"A few of them, whom the caller may see"`
}

// Rehearsal is what a policy would do right now.
type Rehearsal struct {
	Sessions      int            `json:"sessions" doc:"How many were looked at"`
	SignedOut     RehearsalGroup `json:"signed_out" doc:"Their sessions would be over"`
	LockedOut     RehearsalGroup `json:"locked_out" doc:"They signed in from an address that would not be let in"`
	SelfSignedOut bool           `json:"self_signed_out" doc:"The caller's own session would be over"`
	SelfLockedOut bool           `json:"self_locked_out" doc:"The caller's own address would not be let in"`
}

type rehearsalInput struct {
	OrganizationPath
	Body PolicySettings
}

type rehearsalOutput struct{ Body Rehearsal }

func (s *server) rehearsePolicy(ctx context.Context, c *access.Caller, in *rehearsalInput) (*rehearsalOutput, error) {
	r, err := s.deps.Policies.Rehearse(ctx, c, in.Body.policy(in.ID))
	if err != nil {
		return nil, err
	}
	group := func(g policies.Group) RehearsalGroup {
		return RehearsalGroup{g.Sessions, g.People, mapped(g.First, func(u *iam.User) PersonRef { return PersonRef{u.ID, u.FullName()} })}
	}
	return &rehearsalOutput{Rehearsal{r.Sessions, group(r.SignedOut), group(r.LockedOut), r.Self.SignedOut, r.Self.LockedOut}}, nil
}

// RefusalLookup asks what a code stands for.
type RefusalLookup struct {
	Code string `json:"code" maxLength:"40"`
}

// Refusal is an address that was not let in.
type Refusal struct {
	Code         string          `json:"code"`
	User         PersonRef       `json:"user"`
	Organization OrganizationRef `json:"organization" doc:"Where they wanted to work"`
	List         OrganizationRef `json:"list" doc:"Whose allowlist refused them"`
	Address      string          `json:"address"`
	Rules        int             `json:"rules" doc:"How many rules of the list were on; none of them has the address"`
	Near         string          `json:"near" doc:"A rule that has the address but was switched off; empty when none"`
	At           time.Time       `json:"at"`
	MayExcept    bool            `json:"may_except" doc:"The caller may let the address in"`
}

type lookupInput struct{ Body RefusalLookup }

type refusalOutput struct{ Body Refusal }

func (s *server) lookupRefusal(ctx context.Context, c *access.Caller, in *lookupInput) (*refusalOutput, error) {
	r, err := s.deps.Policies.Lookup(ctx, c, in.Body.Code)
	if err != nil {
		return nil, err
	}
	user, name := r.Person()
	return &refusalOutput{Refusal{
		Code: r.Code, User: PersonRef{user, name}, Organization: OrganizationRef{r.Org, r.OrgName}, List: OrganizationRef{r.List, r.ListName},
		Address: r.Address, Rules: r.IPRefusal.Rules, Near: r.Near, At: r.At.UTC(), MayExcept: r.MayExcept,
	}}, nil
}

// IPException lets an address in for a time, whatever the allowlist says.
type IPException struct {
	ID           iam.ExceptionID     `json:"id"`
	Organization OrganizationRef     `json:"organization"`
	User         Nullable[PersonRef] `json:"user" doc:"null: everybody who comes from there"`
	Address      string              `json:"address"`
	Note         string              `json:"note"`
	Until        time.Time           `json:"until"`
	CreatedBy    PersonRef           `json:"created_by"`
	CreatedAt    time.Time           `json:"created_at"`
}

func exceptionOf(e policies.Exception) IPException {
	out := IPException{
		ID: e.ID, Organization: OrganizationRef{e.Org, e.OrgName}, Address: e.Address, Note: e.Note, Until: e.Until.UTC(),
		CreatedBy: PersonRef{e.CreatedBy, e.CreatedName}, CreatedAt: e.CreatedAt.UTC(),
	}
	if e.User != "" || e.UserName != "" {
		out.User.Value = &PersonRef{e.User, e.UserName}
	}
	return out
}

// IPExceptionRequest lets the address of a refusal in.
type IPExceptionRequest struct {
	Code      string    `json:"code" maxLength:"40" doc:"What the person was told"`
	Everybody bool      `json:"everybody,omitempty" doc:"Everybody of the organization who comes from there, not that person alone"`
	Until     time.Time `json:"until" doc:"Within 30 days"`
	Note      string    `json:"note,omitempty" maxLength:"800"`
}

type exceptionInput struct{ Body IPExceptionRequest }

type exceptionOutput struct{ Body IPException }

func (s *server) grantException(ctx context.Context, c *access.Caller, in *exceptionInput) (*exceptionOutput, error) {
	e, err := s.deps.Policies.Except(ctx, c, policies.Grant{Code: in.Body.Code, Everybody: in.Body.Everybody, Until: in.Body.Until, Note: in.Body.Note})
	if err != nil {
		return nil, err
	}
	return &exceptionOutput{exceptionOf(*e)}, nil
}

func (s *server) listExceptions(ctx context.Context, c *access.Caller, _ *noInput) (*itemsOutput[IPException], error) {
	list, err := s.deps.Policies.Exceptions(ctx, c)
	if err != nil {
		return nil, err
	}
	return itemsOf(list, exceptionOf), nil
}

type revokeExceptionInput struct {
	ID          iam.ExceptionID `path:"id" doc:"The exception's id"`
	ConfirmSelf bool            `query:"confirm_self" doc:"The caller's own address may stop being let in"`
}

func (s *server) revokeException(ctx context.Context, c *access.Caller, in *revokeExceptionInput) (*noOutput, error) {
	return nil, s.deps.Policies.Revoke(ctx, c, in.ID, in.ConfirmSelf)
}

func examplePolicy() Policy {
	from := PolicyOrigin{OrganizationID: new(exampleOrgID), Name: "Northwind"}
	office := Allowlist{Enabled: true, ExemptAdmins: true, Rules: []AddressRule{{Addresses: "203.0.113.0/24", Label: "Office", Enabled: true}}}
	installation := PolicyOrigin{}
	return Policy{
		OrganizationID: exampleOrgID, IdleMinutes: PolicyInt{Own: new(int64(15)), Effective: 15, From: from, Inherited: 480, Above: installation, Most: new(int64(480))},
		LifetimeMinutes:   PolicyInt{Effective: 1440, From: installation, Inherited: 1440, Above: installation},
		PasswordLength:    PolicyInt{Own: new(int64(14)), OwnLocked: true, Effective: 14, From: from, Inherited: 12, Above: installation},
		TemporaryPassword: PolicyInt{Effective: 168, From: installation, Inherited: 168, Above: installation},
		LogInAs:           PolicyBool{Effective: true, From: installation, Inherited: true, Above: installation},
		Allowlist: PolicyAllowlist{
			Own: Nullable[Allowlist]{&office}, Effective: office, From: from, Inherited: Allowlist{Rules: []AddressRule{}}, Above: installation,
		},
		YourAddress: "203.0.113.7", UpdatedAt: new(exampleTime), Version: 1,
	}
}

func examplePolicySettings() PolicySettings {
	return PolicySettings{
		IdleMinutes: &SetInt{Value: 15}, PasswordLength: &SetInt{Value: 14, Locked: true},
		Allowlist: &SetAllowlist{Value: Allowlist{Enabled: true, ExemptAdmins: true, Rules: []AddressRule{{Addresses: "203.0.113.0/24", Label: "Office", Enabled: true}}}},
	}
}

func (s *server) policyOperations() {
	const path = "/organizations/{id}/policy"
	guard := needs(iam.PermPoliciesManage)
	person := PersonRef{exampleUserID, "Ada Okafor"}
	org := OrganizationRef{exampleOrgID, "Northwind"}
	exception := IPException{
		ID: "ipx_01k9z6b2d4f6h8k0n3q5s7u9w1", Organization: org, User: Nullable[PersonRef]{&person}, Address: "198.51.100.24", Note: "Works from a hotel this week",
		Until: exampleTime.Add(72 * time.Hour), CreatedBy: PersonRef{exampleOtherID, "Jonas Weiß"}, CreatedAt: exampleTime,
	}
	register(s, operation{
		id: "get-policy", method: http.MethodGet, path: path, tag: tagPolicies, guard: guard,
		summary: "Get the policy of an organization", description: "What holds in the organization, and for each value where it comes from and what would hold if it set nothing.",
		response: examplePolicy(),
	}, s.getPolicy)
	register(s, operation{
		id: "set-policy", method: http.MethodPut, path: path, tag: tagPolicies, guard: guard, conditional: true, status: http.StatusOK,
		summary: "Set the policy of an organization",
		description: "Replaces what the organization sets; the rest it inherits. It holds from the next request on. A value that is locked above can't be set (locked). " +
			"When the caller's own session would end or their address not be let in, confirm_self is needed.",
		errors:  []iam.Code{iam.CodeLocked, iam.CodeConfirmSelf},
		request: PolicyChange{PolicySettings: examplePolicySettings()}, response: examplePolicy(),
	}, s.setPolicy)
	register(s, operation{
		id: "rehearse-policy", method: http.MethodPost, path: path + "/rehearsal", tag: tagPolicies, guard: guard, status: http.StatusOK, harmless: true,
		summary: "Rehearse a policy", description: "Says who would be signed out or locked out right now if the organization set this, and changes nothing.",
		errors: []iam.Code{iam.CodeLocked}, request: examplePolicySettings(),
		response: Rehearsal{Sessions: 212, SignedOut: RehearsalGroup{3, 2, []PersonRef{person}}, LockedOut: RehearsalGroup{First: []PersonRef{}}},
	}, s.rehearsePolicy)
	register(s, operation{
		id: "lookup-ip-refusal", method: http.MethodPost, path: "/ip-refusals/lookup", tag: tagPolicies, guard: guard, status: http.StatusOK, harmless: true,
		summary: "Look a code up", description: "What the code stands for that somebody was told whose address no rule of an allowlist lets in: who, from where, when, and which list. A code is good for a day.",
		errors: []iam.Code{iam.CodeNotFound, iam.CodeThrottled}, request: RefusalLookup{"K7QM-2XWF"},
		response: Refusal{Code: "K7QM2XWF", User: person, Organization: org, List: org, Address: "198.51.100.24", Rules: 2, At: exampleTime, MayExcept: true},
	}, s.lookupRefusal)
	register(s, operation{
		id: "list-ip-exceptions", method: http.MethodGet, path: "/ip-exceptions", tag: tagPolicies, guard: guard,
		summary: "List exceptions from allowlists", description: "The addresses that are let in for a time in the caller's organization and below, the soonest over first.",
		response: Items[IPException]{[]IPException{exception}},
	}, s.listExceptions)
	register(s, operation{
		id: "grant-ip-exception", method: http.MethodPost, path: "/ip-exceptions", tag: tagPolicies, guard: guard, status: http.StatusCreated, idempotent: true,
		summary: "Let an address in for a time", description: "Lets the address of a refusal in, for that person or for everybody of the organization. It holds from the next request on.",
		errors:  []iam.Code{iam.CodeNotFound, iam.CodeThrottled, iam.CodeConflict},
		request: IPExceptionRequest{Code: "K7QM-2XWF", Until: exampleTime.Add(72 * time.Hour), Note: "Works from a hotel this week"}, response: exception,
	}, s.grantException)
	register(s, operation{
		id: "revoke-ip-exception", method: http.MethodDelete, path: "/ip-exceptions/{id}", tag: tagPolicies, guard: guard,
		summary:     "Take an exception back",
		description: "The address is not let in any more, from the next request on. When that is where the caller's own requests come from, confirm_self is needed.",
		errors:      []iam.Code{iam.CodeConfirmSelf},
	}, s.revokeException)
}
