package api

import (
	"context"
	"net/http"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/tenants"
)

// Tenants are the use cases of the first start.
type Tenants interface {
	SetupNeeded(ctx context.Context) (bool, error)
	Setup(ctx context.Context, token string, in tenants.Create, from tenants.Client) (*tenants.Created, error)
}

// SignInOptions are what the sign-in page has to know.
type SignInOptions struct {
	Tenant      Nullable[TenantSummary] `json:"tenant" doc:"Whom one signs in to, when the host name or there being one tenant tells"`
	Brand       Nullable[Brand]         `json:"brand" doc:"How the page looks: that of the organization whose domain it is, or of the tenant"`
	AskTenant   bool                    `json:"ask_tenant" doc:"The short name has to be asked for"`
	SetupNeeded bool                    `json:"setup_needed" doc:"There is no tenant yet"`
}

type signInOptionsOutput struct{ Body SignInOptions }

// signInOptions does not take a short name: trying names would tell which
// tenants there are.
func (s *server) signInOptions(ctx context.Context, _ *access.Caller, _ *noInput) (*signInOptionsOutput, error) {
	t, err := s.deps.Sessions.ResolveTenant(ctx, hostOnly(requestOf(ctx).host), "")
	if err != nil {
		return nil, err
	}
	out := SignInOptions{}
	if t != nil {
		summary := s.tenantSummary(t)
		summary.ID = "" // of no use to somebody who is not signed in
		out.Tenant.Value, out.Brand.Value = &summary, new(s.hostBrand(ctx, t, hostOnly(requestOf(ctx).host)))
		return &signInOptionsOutput{out}, nil
	}
	if out.SetupNeeded, err = s.deps.Tenants.SetupNeeded(ctx); err != nil {
		return nil, err
	}
	out.AskTenant = !out.SetupNeeded
	return &signInOptionsOutput{out}, nil
}

// SetupState tells whether the installation has to be set up.
type SetupState struct {
	Needed bool `json:"needed"`
}

type setupStateOutput struct{ Body SetupState }

func (s *server) setupState(ctx context.Context, _ *access.Caller, _ *noInput) (*setupStateOutput, error) {
	needed, err := s.deps.Tenants.SetupNeeded(ctx)
	if err != nil {
		return nil, err
	}
	return &setupStateOutput{SetupState{needed}}, nil
}

// SetupRequest makes the first tenant and its first administrator.
type SetupRequest struct {
	Token      string `json:"token" maxLength:"200" doc:"From the link in the server's log, after #token="`
	TenantName string `json:"tenant_name" maxLength:"100"`
	ShortName  string `json:"short_name" maxLength:"64" doc:"What people type to sign in: small letters, digits and hyphens"`
	FirstName  string `json:"first_name" maxLength:"100"`
	LastName   string `json:"last_name" maxLength:"100"`
	Email      string `json:"email" maxLength:"254"`
	Password   string `json:"password" maxLength:"4096" format:"password"`
}

type setupInput struct{ Body SetupRequest }

func (s *server) setup(ctx context.Context, c *access.Caller, in *setupInput) (*sessionOutput, error) {
	b := in.Body
	made, err := s.deps.Tenants.Setup(ctx, b.Token, tenants.Create{
		Name: b.TenantName, ShortName: b.ShortName,
		Admin: tenants.Admin{FirstName: b.FirstName, LastName: b.LastName, Email: b.Email, Password: b.Password},
	}, clientOf(c))
	if err != nil {
		return nil, renamed(err, "/name", "/tenant_name")
	}
	done, err := s.deps.Sessions.OpenFor(ctx, made.Tenant, made.Admin, requestOf(ctx).device())
	if err != nil {
		return nil, err
	}
	return s.signedIn(ctx, requestOf(ctx), done), nil
}

// renamed points an error to the field as this operation calls it.
func renamed(err error, from, to string) error {
	e, ok := err.(*iam.Error) //nolint:errorlint // a wrapped one has no fields of this request
	if !ok {
		return err
	}
	out := *e
	out.Fields = mapped(e.Fields, func(f iam.Field) iam.Field {
		if f.Pointer == from {
			f.Pointer = to
		}
		return f
	})
	return &out
}

func (s *server) setupOperations() {
	summary := exampleTenant()
	summary.ID = ""
	register(s, operation{
		id: "get-sign-in-options", method: http.MethodGet, path: "/sign-in-options", tag: tagSession, guard: public(),
		summary:     "What to ask at sign-in",
		description: "Whom one signs in to, as far as it is known before anybody is: by the host name, or because there is one tenant.",
		errors:      []iam.Code{iam.CodeInvalid}, response: SignInOptions{Tenant: Nullable[TenantSummary]{&summary}, Brand: Nullable[Brand]{new(exampleBrand())}},
	}, s.signInOptions)
	register(s, operation{
		id: "get-setup", method: http.MethodGet, path: "/setup", tag: tagSession, guard: public(),
		summary: "Is set-up needed", description: "Tells whether there is no tenant yet.", response: SetupState{Needed: true},
	}, s.setupState)
	register(s, operation{
		id: "set-up", method: http.MethodPost, path: "/setup", tag: tagSession, guard: public(), status: http.StatusCreated,
		summary:     "Set up",
		description: "Makes the first tenant and its administrator, who is then signed in. Needs the token of the link that the server prints while there is no tenant; it works once.",
		errors:      []iam.Code{iam.CodeConflict},
		request: SetupRequest{
			Token: "q1W2e3R4t5Y6u7I8o9P0a1S2d3F4g5H6j7K8l9Z0x1C", TenantName: "Northwind", ShortName: "northwind",
			FirstName: "Ada", LastName: "Okafor", Email: "ada@northwind.example", Password: "plum jacket seven rivers",
		},
		response: exampleSession(),
	}, s.setup)
}
