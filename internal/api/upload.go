package api

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"time"

	"github.com/retinue/retinue/internal/clock"
	"github.com/retinue/retinue/internal/iam"
)

const (
	typeMultipart = "multipart/form-data"
	typeAnyImage  = "image/*"
	typeBinary    = "application/octet-stream"
)

// upload returns the file in a request: its body, or the part of a multipart
// form with the field's name. The file is read while it arrives, never kept in
// memory or on disk here. Reading it fails with what the caller is told.
func upload(w http.ResponseWriter, r *http.Request, field string, limit int64) (io.Reader, string, error) {
	if r.ContentLength > limit {
		return nil, "", tooLarge(limit)
	}
	unhurried(w)
	r.Body = newPaced(w, http.MaxBytesReader(w, r.Body, limit))
	media, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		return nil, "", unsupported(typeMultipart)
	}
	if media != typeMultipart {
		return told{r.Body, limit}, "", nil
	}
	parts := multipart.NewReader(r.Body, params["boundary"])
	// A form has few fields; a part that is not the file is passed over.
	const most = 20
	for range most {
		part, err := parts.NextPart()
		switch {
		case errors.Is(err, io.EOF):
			return nil, "", iam.InvalidField("/"+field, "required", "Send the file in the field “"+field+"”.")
		case isTooLarge(err), isTimeout(err):
			return nil, "", bodyError(err, limit)
		case err != nil:
			return nil, "", iam.InvalidField("", "malformed", "The form can't be read.")
		case part.FormName() == field:
			return told{part, limit}, part.FileName(), nil
		}
	}
	return nil, "", iam.InvalidField("/"+field, "required", "Send the file in the field “"+field+"”.")
}

// told turns what goes wrong while a file is read into what the caller is told.
type told struct {
	io.Reader
	limit int64
}

// Read implements io.Reader.
func (f told) Read(p []byte) (int, error) {
	n, err := f.Reader.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = bodyError(err, f.limit)
	}
	return n, err
}

// A file may take longer to arrive than the server gives a request, but not stand
// still: every pacePortion bytes of it have paceTime. That is 2 kB a second.
const (
	pacePortion = 64 << 10
	paceTime    = 30 * time.Second
)

// paced is a body that has to arrive at some pace.
type paced struct {
	io.ReadCloser
	control *http.ResponseController
	portion int64
	time    time.Duration
	left    int64 // of the present portion
}

func newPaced(w http.ResponseWriter, body io.ReadCloser) *paced {
	return &paced{ReadCloser: body, control: http.NewResponseController(w), portion: pacePortion, time: paceTime}
}

// Read implements io.Reader.
func (b *paced) Read(p []byte) (int, error) {
	if b.left <= 0 {
		b.left = b.portion
		// The connection's time is the machine's, whatever the time of the product is.
		_ = b.control.SetReadDeadline(clock.System{}.Now().Add(b.time))
	}
	n, err := b.ReadCloser.Read(p)
	b.left -= int64(n)
	return n, err
}

// unhurried lifts the server's limit on how long an answer may take, which is
// meant for answers that don't carry files.
func unhurried(w http.ResponseWriter) {
	_ = http.NewResponseController(w).SetWriteDeadline(time.Time{}) // a writer without deadlines needs none lifted
}
