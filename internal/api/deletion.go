package api

import (
	"context"
	"net/http"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/users"
)

// DeletionPreviewRequest names the users that are about to be deleted.
type DeletionPreviewRequest struct {
	IDs []iam.UserID `json:"ids" minItems:"1" maxItems:"200" maxLength:"100"`
}

type deletionPreviewInput struct{ Body DeletionPreviewRequest }

// UserBelongings are things of one kind that a user owns.
type UserBelongings struct {
	Kind  iam.Belonging `json:"kind" enum:"api_keys,service_keys,teams_led,invitations,imports" doc:"api_keys end with the person in any case; the rest can be handed over"`
	Names []string      `json:"names"`
}

// UserDeletion is what deleting one user would end.
type UserDeletion struct {
	ID            iam.UserID        `json:"id"`
	FullName      string            `json:"full_name"`
	Error         *BulkError        `json:"error,omitempty" doc:"Why the caller can't delete them"`
	Organizations []OrganizationRef `json:"organizations" doc:"To which they belong, of those that the caller may see"`
	Owns          []UserBelongings  `json:"owns"`
}

type deletionPreviewOutput struct{ Body Items[UserDeletion] }

func (s *server) previewDeletion(ctx context.Context, c *access.Caller, in *deletionPreviewInput) (*deletionPreviewOutput, error) {
	list, err := s.deps.Users.PreviewDeletion(ctx, c, in.Body.IDs)
	if err != nil {
		return nil, err
	}
	return &deletionPreviewOutput{Items[UserDeletion]{mapped(list, func(f users.Farewell) UserDeletion {
		return UserDeletion{
			ID: f.ID, FullName: f.FullName, Error: bulkErrorOf(ctx, f.Err),
			Organizations: mapped(f.Orgs, func(o *iam.Organization) OrganizationRef { return OrganizationRef{o.ID, o.Name} }),
			Owns:          mapped(f.Owns, func(b iam.Belongings) UserBelongings { return UserBelongings{b.Kind, b.Names} }),
		}
	})}}, nil
}

func (s *server) deletionOperations() {
	register(s, operation{
		id: "preview-user-deletion", method: http.MethodPost, path: "/users/deletion-preview", tag: tagUsers, guard: needs(iam.PermUsersDelete),
		summary: "What deleting users would end", description: "For each of the users: where they belong, what they own, and why they can't be deleted if so. Nothing is changed.",
		request: DeletionPreviewRequest{IDs: []iam.UserID{exampleUserID}},
		response: Items[UserDeletion]{[]UserDeletion{{
			ID: exampleUserID, FullName: "Ada Okafor", Organizations: []OrganizationRef{{exampleOrgID, "Northwind"}},
			Owns: []UserBelongings{{iam.OwnsTeamLeads, []string{"Night shift"}}},
		}}},
	}, s.previewDeletion)
}
