package api

import (
	"context"
	"io"
	"log/slog"
	"net/http"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/iam"
)

// Privacy are the use cases of personal data.
type Privacy interface {
	Export(ctx context.Context, c *access.Caller, id iam.UserID) (func(io.Writer) error, error)
	Erase(ctx context.Context, c *access.Caller, id, heir iam.UserID) (string, error)
}

// exportPerson answers with everything about a person. What fails once bytes
// are on their way breaks the connection: half a file must not look whole.
func (s *server) exportPerson(w http.ResponseWriter, r *http.Request) {
	id := iam.UserID(r.PathValue("id"))
	write, err := s.deps.Privacy.Export(r.Context(), requestOf(r.Context()).caller, id)
	if err != nil {
		writeProblem(w, r, err)
		return
	}
	unhurried(w)
	h := w.Header()
	h["Content-Type"] = jsonHeader
	h.Set("Content-Disposition", `attachment; filename="`+string(id)+`.json"`)
	h.Set("Cache-Control", "no-store")
	if err := write(w); err != nil {
		s.deps.Logger.LogAttrs(r.Context(), slog.LevelWarn, "export broken off",
			slog.String("request_id", requestOf(r.Context()).id), slog.Any("error", err))
		panic(http.ErrAbortHandler)
	}
}

// EraseRequest says what becomes of what the person owns.
type EraseRequest struct {
	HandOverTo iam.UserID `json:"hand_over_to,omitempty" maxLength:"100" doc:"Who takes over what the person owns; by default it ends"`
}

type eraseInput struct {
	UserPath
	Body EraseRequest
}

// Erased is what an erased person is called from then on.
type Erased struct {
	Pseudonym string `json:"pseudonym"`
}

type erasedOutput struct{ Body Erased }

func (s *server) erasePerson(ctx context.Context, c *access.Caller, in *eraseInput) (*erasedOutput, error) {
	name, err := s.deps.Privacy.Erase(ctx, c, in.ID, in.Body.HandOverTo)
	if err != nil {
		return nil, err
	}
	return &erasedOutput{Erased{name}}, nil
}

func (s *server) privacyOperations() {
	registerRaw[UserPath, personalDataOutput](s, operation{
		id: "export-personal-data", method: http.MethodPost, path: "/users/{id}/personal-data", tag: tagUsers, guard: needs(iam.PermUsersErase).personOnly(),
		summary: "Export everything about a person",
		description: "A JSON file with profile (with custom fields) and photo, memberships, teams, sessions, API keys without their secrets, mails without their texts, " +
			"and all events of the audit log in which the person acted or was acted on, also by who was logged in as them. Under records is whatever else refers to the person: every session " +
			"that is kept, those included in which they were logged in as somebody else, or somebody else as them, invitations received and sent, keys made for others, " +
			"announcements, tabs, imports, exports, access reviews and their rows, uses of permissions, refused and excepted addresses. The export itself is in the log.",
		errors:   []iam.Code{iam.CodeEscalation},
		response: examplePersonalData(),
	}, s.exportPerson)
	register(s, operation{
		id: "erase-person", method: http.MethodPost, path: "/users/{id}/erase", tag: tagUsers, guard: needs(iam.PermUsersErase).personOnly(),
		summary: "Erase a person",
		description: "Deletes the account if there is one, which needs users.delete as well, and replaces name and address by a pseudonym everywhere. " +
			"The audit log still verifies. What is kept of others stays, such as a custom field of theirs that names the person. It can't be undone. It works for people who were deleted before, too.",
		errors:  []iam.Code{iam.CodeEscalation, iam.CodeLastAdmin, iam.CodeInvalid},
		request: EraseRequest{HandOverTo: exampleOtherID}, response: Erased{"Erased person 1X6Y0A"},
	}, s.erasePerson)
}
