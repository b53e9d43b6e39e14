package api

import (
	"context"
	"net/http"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/users"
)

// maxPhoto bounds an uploaded picture in bytes, with what multipart adds.
const maxPhoto = 10 << 20

// putPhoto sets the photo of the user that whose tells.
func (s *server) putPhoto(whose func(*http.Request, *access.Caller) iam.UserID) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		c := requestOf(r.Context()).caller
		picture, _, err := upload(w, r, "photo", maxPhoto)
		if err != nil {
			writeProblem(w, r, err)
			return
		}
		v, err := s.deps.Users.SetPhoto(r.Context(), c, whose(r, c), picture)
		s.writeUser(w, r, c, v, err)
	}
}

// writeUser answers with a user, for handlers that huma does not run.
func (s *server) writeUser(w http.ResponseWriter, r *http.Request, c *access.Caller, v *users.View, err error) {
	if err != nil {
		writeProblem(w, r, err)
		return
	}
	out := s.userAnswer(c, v)
	w.Header().Set("ETag", out.ETag)
	writeJSON(w, r, http.StatusOK, out.Body)
}

func (s *server) removePhoto(ctx context.Context, c *access.Caller, id iam.UserID) (*userOutput, error) {
	v, err := s.deps.Users.RemovePhoto(ctx, c, id)
	if err != nil {
		return nil, err
	}
	return s.userAnswer(c, v), nil
}

func photoUpload(op operation) operation {
	op.method, op.streams, op.maxBody = http.MethodPut, true, maxPhoto
	op.accepts = []string{typeMultipart, typeAnyImage, typeBinary}
	op.uploads, op.field = true, "photo"
	op.errors = append(op.errors, iam.CodeInvalid, iam.CodeTooLarge, iam.CodeUnsupportedMediaType)
	op.response = exampleUser()
	return op
}

func (s *server) userPhotoOperations() {
	const about = "The picture (JPEG, PNG, GIF or WebP, at most 10 MB) is cropped to a square, scaled and encoded anew, which drops everything else it carries, such as the place where it was taken. Send it as the body, or in the field photo of a form."
	registerRaw[UserPath, userOutput](s, photoUpload(operation{
		id: "set-user-photo", path: "/users/{id}/photo", tag: tagUsers, guard: needs(iam.PermUsersUpdate),
		summary: "Set a user's photo", description: about, errors: []iam.Code{iam.CodeEscalation},
	}), s.putPhoto(func(r *http.Request, _ *access.Caller) iam.UserID { return iam.UserID(r.PathValue("id")) }))
	register(s, operation{
		id: "delete-user-photo", method: http.MethodDelete, path: "/users/{id}/photo", tag: tagUsers, guard: needs(iam.PermUsersUpdate),
		summary: "Remove a user's photo", description: "Takes the photo away; initials are shown instead.",
		errors: []iam.Code{iam.CodeEscalation}, response: exampleUser(),
	}, func(ctx context.Context, c *access.Caller, in *UserPath) (*userOutput, error) {
		return s.removePhoto(ctx, c, in.ID)
	})
	registerRaw[noInput, userOutput](s, photoUpload(operation{
		id: "set-my-photo", path: "/me/photo", tag: tagSelf, guard: signedIn().personOnly(),
		summary: "Set my photo", description: about,
	}), s.putPhoto(func(_ *http.Request, c *access.Caller) iam.UserID { return c.User }))
	register(s, operation{
		id: "delete-my-photo", method: http.MethodDelete, path: "/me/photo", tag: tagSelf, guard: signedIn().personOnly(),
		summary: "Remove my photo", description: "Takes the caller's own photo away; initials are shown instead.", response: exampleUser(),
	}, func(ctx context.Context, c *access.Caller, _ *noInput) (*userOutput, error) {
		return s.removePhoto(ctx, c, c.User)
	})
}
