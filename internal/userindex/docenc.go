package userindex

import (
	"encoding/binary"
	"errors"
)

// The first byte of an encoded Doc: one without tags, or aliases, is written as
// it was before there were any.
const (
	docFormat        = 1
	docFormatTagged  = 2
	docFormatAliased = 3 // and tagged
)

var errDocFormat = errors.New("userindex: a stored document cannot be read")

// Encode writes the document in a compact form for user_changes.old_doc.
func (d *Doc) Encode() []byte {
	b := make([]byte, 1, 64+len(d.FullName)+len(d.NameKey)+len(d.Email))
	b[0] = docFormat
	lists := [][]string{d.Roles, d.Organizations}
	switch {
	case d.Aliases != "":
		b[0] = docFormatAliased
		b = appendString(b, d.Aliases)
		lists = append(lists, d.Tags)
	case len(d.Tags) > 0:
		b[0] = docFormatTagged
		lists = append(lists, d.Tags)
	}
	for _, s := range []string{d.FullName, d.Nickname, d.Email, d.Status, d.UserType, d.NameKey} {
		b = appendString(b, s)
	}
	b = binary.AppendVarint(b, d.LastSignIn)
	for _, list := range lists {
		b = binary.AppendUvarint(b, uint64(len(list)))
		for _, s := range list {
			b = appendString(b, s)
		}
	}
	return b
}

func appendString(b []byte, s string) []byte {
	b = binary.AppendUvarint(b, uint64(len(s)))
	return append(b, s...)
}

// DecodeDoc reads what Encode wrote.
func DecodeDoc(b []byte) (Doc, error) {
	var d Doc
	r := docReader{rest: b}
	lists := []*[]string{&d.Roles, &d.Organizations}
	switch r.byte() {
	case docFormat:
	case docFormatTagged:
		lists = append(lists, &d.Tags)
	case docFormatAliased:
		d.Aliases = r.string()
		lists = append(lists, &d.Tags)
	default:
		return d, errDocFormat
	}
	for _, s := range []*string{&d.FullName, &d.Nickname, &d.Email, &d.Status, &d.UserType, &d.NameKey} {
		*s = r.string()
	}
	d.LastSignIn = r.varint()
	for _, list := range lists {
		for n := r.uvarint(); n > 0 && !r.failed; n-- {
			*list = append(*list, r.string())
		}
	}
	if r.failed || len(r.rest) != 0 {
		return Doc{}, errDocFormat
	}
	return d, nil
}

// docReader reads the parts of an encoded Doc; after a failure it reads zeros.
type docReader struct {
	rest   []byte
	failed bool
}

func (r *docReader) take(n uint64) []byte {
	if r.failed || n > uint64(len(r.rest)) {
		r.failed = true
		return nil
	}
	b := r.rest[:n]
	r.rest = r.rest[n:]
	return b
}

func (r *docReader) byte() byte {
	if b := r.take(1); b != nil {
		return b[0]
	}
	return 0
}

func (r *docReader) uvarint() uint64 {
	v, n := binary.Uvarint(r.rest)
	if n <= 0 {
		r.failed = true
		return 0
	}
	r.take(uint64(n))
	return v
}

func (r *docReader) varint() int64 {
	v, n := binary.Varint(r.rest)
	if n <= 0 {
		r.failed = true
		return 0
	}
	r.take(uint64(n))
	return v
}

func (r *docReader) string() string { return string(r.take(r.uvarint())) }
