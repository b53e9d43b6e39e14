package api

import (
	"strconv"
	"strings"

	"github.com/retinue/retinue/internal/iam"
)

// etag is the entity tag of a version (RFC 9110, 8.8.3).
func etag(version int64) string { return `"` + strconv.FormatInt(version, 10) + `"` }

// ETagHeader is the ETag of an answer.
type ETagHeader struct {
	ETag string `header:"ETag"` //nolint:tagliatelle // RFC 9110 spells it so
}

func tagged(version int64) ETagHeader { return ETagHeader{etag(version)} }

// ifMatch is the version that a change is based on: CodePreconditionRequired
// without one. A tag that no version has, weak ones included, is version -1,
// which never is the current one.
func ifMatch(header string) (int64, error) {
	if header == "" {
		return 0, iam.Errorf(iam.CodePreconditionRequired,
			"Send If-Match with the ETag that you got, so that you can't overwrite somebody else's change unknowingly.")
	}
	tag := strings.TrimSpace(header)
	if len(tag) > 2 && tag[0] == '"' && tag[len(tag)-1] == '"' {
		if v, err := strconv.ParseInt(tag[1:len(tag)-1], 10, 64); err == nil && v > 0 {
			return v, nil
		}
	}
	return -1, nil
}

// withCurrent adds the current state to CodePreconditionFailed, so that the
// caller can show what has changed.
func withCurrent(err error, load func() (any, error)) error {
	if iam.CodeOf(err) != iam.CodePreconditionFailed {
		return err
	}
	current, loadErr := load()
	if loadErr != nil {
		return loadErr
	}
	return iam.Errorf(iam.CodePreconditionFailed,
		"Somebody changed this in the meantime. Look at the current state and try again.").With("current", current)
}

// IfMatchHeader is the If-Match of a change; its presence is checked before.
type IfMatchHeader struct {
	IfMatch string `header:"If-Match" hidden:"true"`
}

func (m IfMatchHeader) version() int64 {
	v, err := ifMatch(m.IfMatch)
	if err != nil {
		return -1
	}
	return v
}
