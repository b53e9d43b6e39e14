package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"io"
	"log/slog"
	"maps"
	"net/http"

	"github.com/retinue/retinue/internal/iam"
)

// maxIdempotencyKey is the longest Idempotency-Key, in characters.
const maxIdempotencyKey = 255

// Replays remembers answers, so that creating is safe to repeat. Its methods
// are those of iam.IdempotencyStore, each in a transaction of its own.
type Replays interface {
	ClaimReplay(ctx context.Context, tenant iam.TenantID, key string, requestHash []byte) (*iam.Replay, error)
	FinishReplay(ctx context.Context, tenant iam.TenantID, r *iam.Replay) error
	ReleaseReplay(ctx context.Context, tenant iam.TenantID, key string, begun bool) error
}

// StoreReplays makes Replays of a store.
func StoreReplays(store iam.Store) Replays { return storeReplays{store} }

type storeReplays struct{ store iam.Store }

// ClaimReplay implements Replays.
func (s storeReplays) ClaimReplay(ctx context.Context, tenant iam.TenantID, key string, hash []byte) (found *iam.Replay, err error) {
	err = s.store.Write(ctx, func(tx iam.Tx) error {
		found, err = tx.ClaimReplay(ctx, tenant, key, hash)
		return err
	})
	return found, err
}

// FinishReplay implements Replays.
func (s storeReplays) FinishReplay(ctx context.Context, tenant iam.TenantID, r *iam.Replay) error {
	return s.store.Write(ctx, func(tx iam.Tx) error { return tx.FinishReplay(ctx, tenant, r) })
}

// ReleaseReplay implements Replays.
func (s storeReplays) ReleaseReplay(ctx context.Context, tenant iam.TenantID, key string, begun bool) error {
	return s.store.Write(ctx, func(tx iam.Tx) error { return tx.ReleaseReplay(ctx, tenant, key, begun) })
}

// idempotently answers a repeated request with what the first one was answered.
// Only successes are remembered: what was refused may be tried again. What was
// done, and its answer lost because the process ended in between, is not done
// again: see iam.Claim.
//
// The answer may hold a temporary password, so it is stored encrypted under a
// key that is derived from the caller's own token and the Idempotency-Key,
// neither of which the database has.
func (s *server) idempotently(op *operation, next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		given := r.Header.Get("Idempotency-Key")
		if given == "" {
			next(w, r)
			return
		}
		if err := s.replayOrRun(w, r, op, given, next); err != nil {
			writeProblem(w, r, err)
		}
	}
}

func (s *server) replayOrRun(w http.ResponseWriter, r *http.Request, op *operation, given string, next http.HandlerFunc) error {
	if len(given) > maxIdempotencyKey || !printable(given) {
		return iam.InvalidField("/Idempotency-Key", "format", "Use at most 255 letters, digits and signs of ASCII.")
	}
	body, err := readAll(w, r, maxJSON)
	if err != nil {
		return err
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	req := requestOf(r.Context())
	tenant := req.caller.Tenant
	seal := newSeal(req, given)
	claim := &iam.Replay{Key: seal.name, RequestHash: requestHash(op, req.caller.Org, r, body)}
	found, err := s.deps.Replays.ClaimReplay(r.Context(), tenant, claim.Key, claim.RequestHash)
	if err != nil {
		return err
	}
	if found != nil {
		return s.replay(w, seal, found, claim.RequestHash)
	}
	return s.runAndRemember(w, r, tenant, claim, seal, next)
}

// replay answers from what is remembered.
func (s *server) replay(w http.ResponseWriter, seal *seal, found *iam.Replay, hash []byte) error {
	if subtle.ConstantTimeCompare(found.RequestHash, hash) != 1 {
		return iam.InvalidField("/Idempotency-Key", "reused", "This key was used for another request. Use a new key for each thing to create.")
	}
	if found.Status == iam.ReplayBegun && s.deps.Clock.Now().Sub(found.CreatedAt) >= iam.ReplayPending {
		return iam.Errorf(iam.CodeConflict, "The server stopped while it worked on this request, after it had begun to change something. "+
			"Look whether what you wanted is there; if it is not, send the request again with a new Idempotency-Key.").Because("answer_lost")
	}
	if found.Status == 0 || found.Status == iam.ReplayBegun {
		return iam.ReplayUnderWay()
	}
	header, err := seal.open(found.Header)
	if err != nil {
		return err
	}
	body, err := seal.open(found.Body)
	if err != nil {
		return err
	}
	var h http.Header
	if err := json.Unmarshal(header, &h); err != nil {
		return err
	}
	maps.Copy(w.Header(), h)
	w.Header().Set("Idempotency-Replayed", "true")
	w.WriteHeader(found.Status)
	_, _ = w.Write(body) //nolint:gosec // JSON that this server wrote and sealed
	return nil
}

// runAndRemember runs the handler and stores its answer before anybody sees it.
func (s *server) runAndRemember(w http.ResponseWriter, r *http.Request, tenant iam.TenantID, claim *iam.Replay, seal *seal, next http.HandlerFunc) error {
	rec := &recorder{header: http.Header{}, status: http.StatusOK}
	// The client may be gone; what happened must be remembered all the same.
	ctx := context.WithoutCancel(r.Context())
	// Of what was refused nothing was done. After an error nobody knows: a commit may
	// have reached the database, whose answer did not come back.
	done, refused := false, false
	defer func() {
		if !done {
			s.release(ctx, tenant, claim.Key, refused)
		}
	}()
	next(rec, r.WithContext(iam.WithClaim(r.Context(), &iam.Claim{Tenant: tenant, Key: claim.Key, RequestHash: claim.RequestHash})))
	refused = rec.status < 500
	if rec.status >= 200 && rec.status < 300 {
		header, err := json.Marshal(rec.header)
		if err != nil {
			return err
		}
		claim.Status, claim.Header, claim.Body = rec.status, seal.close(header), seal.close(rec.body.Bytes())
		if err := s.deps.Replays.FinishReplay(ctx, tenant, claim); err != nil {
			// It was done; an error now would only make the caller do it twice.
			s.deps.Logger.LogAttrs(ctx, slog.LevelError, "answer not remembered",
				slog.String("request_id", requestOf(ctx).id), slog.Any("error", err))
		}
		done = true
	}
	maps.Copy(w.Header(), rec.header)
	w.WriteHeader(rec.status)
	_, _ = w.Write(rec.body.Bytes())
	return nil
}

// release gives a claim back; with begun also when something was begun to be changed.
func (s *server) release(ctx context.Context, tenant iam.TenantID, key string, begun bool) {
	if err := s.deps.Replays.ReleaseReplay(ctx, tenant, key, begun); err != nil {
		s.deps.Logger.LogAttrs(ctx, slog.LevelError, "idempotency key not released", slog.Any("error", err))
	}
}

// requestHash tells one request from another: the same for another organization,
// which no path names, is another one.
func requestHash(op *operation, org iam.OrgID, r *http.Request, body []byte) []byte {
	h := sha256.New()
	_, _ = io.WriteString(h, op.id+"\n"+string(org)+"\n"+r.URL.RequestURI()+"\n")
	_, _ = h.Write(body)
	return h.Sum(nil)
}

// nameOf is under which name a key of an owner is remembered.
func nameOf(owner, given string) string {
	sum := sha256.Sum256([]byte(owner + "\n" + given))
	return hex.EncodeToString(sum[:])
}

func printable(s string) bool {
	for i := range len(s) {
		if s[i] <= 0x20 || s[i] >= 0x7f {
			return false
		}
	}
	return true
}

// recorder keeps an answer.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

// Header implements http.ResponseWriter.
func (r *recorder) Header() http.Header { return r.header }

// WriteHeader implements http.ResponseWriter.
func (r *recorder) WriteHeader(status int) { r.status = status }

// Write implements http.ResponseWriter.
func (r *recorder) Write(b []byte) (int, error) { return r.body.Write(b) }
