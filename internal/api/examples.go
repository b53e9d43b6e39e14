package api

import (
	"errors"
	"strings"
	"time"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/usercsv"
	"github.com/retinue/retinue/internal/users"
)

// What the document shows: one small company, the same everywhere.
const (
	exampleUserID    iam.UserID    = "user_01k9z3qf4te8kv5m2r7w1x6y0a"
	exampleOtherID   iam.UserID    = "user_01k9z3r2b6f4htx8n5c0j9q3sd"
	exampleOrgID     iam.OrgID     = "org_01k9z3q8m2a7d4v6c1x5n9b3kf"
	exampleTenantID  iam.TenantID  = "tenant_01k9z3q7y5h2w8k4s6r1t0p9mj"
	exampleSessionID iam.SessionID = "sess_01k9z5a1c3e5g7j9m2p4r6t8v0"
	exampleRoleID    iam.RoleID    = "role_01k9z4c8x6v4b2n0m1q3w5e7r9"
)

var exampleTime = time.Date(2026, time.March, 29, 9, 30, 0, 0, time.UTC)

// examplePasswordEnd is when a temporary password made at exampleTime ends.
var examplePasswordEnd = exampleTime.Add(access.DefaultTemporaryPassword)

func exampleTenant() TenantSummary {
	return TenantSummary{ID: exampleTenantID, Name: "Northwind", ShortName: "northwind", Color: "#3056d3"}
}

func exampleSession() *Session {
	effective := access.Baseline(iam.TypeSupervisor)
	expires := exampleTime.Add(12 * time.Hour)
	s := &Session{
		ID: string(exampleSessionID),
		User: SessionUser{
			ID: exampleUserID, FirstName: "Ada", LastName: "Okafor", FullName: "Ada Okafor", Nickname: "Ada",
			Email: "ada@northwind.example", UserType: iam.TypeSupervisor, Locale: "en", Timezone: "Europe/London", Theme: "system",
		},
		Tenant:        exampleTenant(),
		Brand:         exampleBrand(),
		Organization:  CurrentOrganization{ID: exampleOrgID, Name: "Northwind", IsRoot: true, Layout: iam.LayoutVertical},
		Organizations: []OrganizationRef{{ID: exampleOrgID, Name: "Northwind"}},
		HomePortal:    access.Home(iam.TypeSupervisor, effective, true),
		Permissions:   effective.Permissions(),
		CreatedAt:     exampleTime, ExpiresAt: &expires, PasswordMinLength: 12,
	}
	for _, p := range access.Portals(effective, true) {
		s.Portals = append(s.Portals, Portal{ID: p.ID, Name: p.Name})
	}
	return s
}

func exampleUser() User {
	return User{
		ID: exampleUserID, FirstName: "Ada", LastName: "Okafor", FullName: "Ada Okafor", Nickname: "Ada",
		Email: "ada@northwind.example", Phone: "+44 20 7946 0018", ExternalID: "HR-1042", Timezone: "Europe/London", Locale: "en", Theme: "system",
		UserType: iam.TypeSupervisor, Status: iam.StatusActive,
		Roles:         []RoleRef{{ID: "role_supervisor", Code: "supervisor", Name: "Supervisor"}},
		Permissions:   []iam.Permission{iam.PermReportsExport},
		Organizations: []OrganizationRef{{ID: exampleOrgID, Name: "Northwind"}},
		Here: Nullable[RolesHere]{&RolesHere{
			Organization: OrganizationRef{ID: exampleOrgID, Name: "Northwind"},
			Roles:        []RoleRef{{ID: "role_supervisor", Code: "supervisor", Name: "Supervisor"}}, Permissions: []iam.Permission{iam.PermReportsExport},
		}},
		Aliases: []UserAlias{{OrganizationRef{exampleOrgID, "Northwind"}, "Anna from Support"}}, Presence: iam.PresenceAway,
		Teams:        []TeamRef{{ID: exampleTeamID, Name: "Night shift"}},
		CustomFields: FieldValues{"department": "customer_care", "employee_number": "N-1042"},
		PhotoURL:     new("/photos/5d41402abc4b2a76.jpg"), PhotoThumbURL: new("/photos/7d793037a0760186.jpg"),
		MustChangePassword: true, CreatedAt: exampleTime, UpdatedAt: exampleTime, Version: 3,
		AllowedActions: []users.Action{users.ActionEdit, users.ActionResetPassword, users.ActionSuspend, users.ActionDelete},
	}
}

// exampleUserFile is an export of the example's user.
func exampleUserFile() string {
	u := exampleUser()
	var file strings.Builder
	w := usercsv.NewWriter(&file, nil, nil)
	err := errors.Join(w.Head(), w.Write(&iam.User{
		ID: u.ID, FirstName: u.FirstName, LastName: u.LastName, Email: u.Email, Type: u.UserType, Nickname: u.Nickname, Phone: u.Phone,
		ExternalID: u.ExternalID, Timezone: u.Timezone, Locale: u.Locale, Status: u.Status, CreatedAt: u.CreatedAt,
	}, mapped(u.Roles, func(r RoleRef) string { return r.Code }), exampleTenant().ShortName), w.Flush())
	if err != nil {
		panic(err)
	}
	return file.String()
}

func exampleCreateUser() CreateUserRequest {
	return CreateUserRequest{
		FirstName: "Ada", LastName: "Okafor", Email: "ada@northwind.example", UserType: iam.TypeSupervisor,
		Phone: "+44 20 7946 0018", ExternalID: "HR-1042", Timezone: "Europe/London", Locale: "en", RoleIDs: []string{"supervisor"},
	}
}

func exampleList[T any](items ...T) List[T] {
	return List[T]{Items: items, NextCursor: new("eyJrIjoiYWRhIG9rYWZvciJ9")}
}
