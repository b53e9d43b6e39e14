package api

import (
	"regexp"
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
// without one, and for what names none or several, such as * or a list: that would
// overwrite unseen what somebody else has changed. A tag that no version has, as
// tags are compared octet by octet, is version -1, which never is the current one.
func ifMatch(header string) (int64, error) {
	tag := strings.TrimSpace(header)
	switch {
	case tag == "":
		return 0, iam.Errorf(iam.CodePreconditionRequired,
			"Send If-Match with the ETag that you got, so that you can't overwrite somebody else's change unknowingly.")
	case !oneTag.MatchString(tag):
		return 0, iam.Errorf(iam.CodePreconditionRequired,
			`Send If-Match with the one ETag that you got, quotes included, such as "3". *, lists and weak tags are not taken.`)
	}
	if v, err := strconv.ParseInt(tag[1:len(tag)-1], 10, 64); err == nil && v > 0 && etag(v) == tag {
		return v, nil
	}
	return -1, nil
}

// oneTag is one strong entity tag (RFC 9110, 8.8.3).
var oneTag = regexp.MustCompile(`^"[^"]*"$`)

// shownVersion is the version of what may never have been set, 1 then: tags are of
// positive numbers. storedVersion goes back.
func shownVersion(stored int64) int64 { return stored + 1 }

func storedVersion(shown int64) int64 { return shown - 1 }

// withCurrent adds the current state to CodePreconditionFailed, so that the
// caller can show what has changed; a caller who may not read it gets none.
func withCurrent(err error, load func() (any, error)) error {
	if iam.CodeOf(err) != iam.CodePreconditionFailed {
		return err
	}
	current, loadErr := load()
	if iam.CodeOf(loadErr) == iam.CodeForbidden {
		return err
	}
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
