package api

import (
	"bufio"
	"encoding/json"
	"log/slog"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/retinue/retinue/internal/iam"
)

// exporting completes the description of an operation that answers with the file
// of an export, which the log tells of.
func exporting(op operation, csvExample string, jsonExample any) operation {
	line, err := json.Marshal(jsonExample)
	if err != nil {
		panic(err)
	}
	op.downloads = map[string]string{"text/csv": csvExample, "application/x-ndjson": string(line) + "\n"}
	op.audited = true
	return op
}

// LinkQuery is what the address of a download says that other requests say in a
// header.
type LinkQuery struct {
	Organization iam.OrgID `query:"organization" maxLength:"100" doc:"Where the caller acts, for links: browsers send no Retinue-Organization with them"`
}

// download streams an export that run writes. What fails before anything was
// sent is answered as a problem; what fails later breaks the connection,
// because a file that ends early must not look complete.
func download(s *server, name, format string, run func(out *bufio.Writer) error) *huma.StreamResponse {
	return &huma.StreamResponse{Body: func(ctx huma.Context) {
		r, w := humago.Unwrap(ctx)
		unhurried(w)
		out := &fileWriter{w: w, name: name + "-" + s.deps.Clock.Now().Format("2006-01-02"), format: format}
		buf := bufio.NewWriterSize(out, 32<<10)
		err := run(buf)
		if err == nil {
			err = out.finish(buf)
		}
		if err == nil {
			return
		}
		if !out.begun {
			writeProblem(w, r, err)
			return
		}
		s.deps.Logger.LogAttrs(r.Context(), slog.LevelWarn, "export broken off",
			slog.String("request_id", requestOf(r.Context()).id), slog.Any("error", err))
		panic(http.ErrAbortHandler)
	}}
}

// fileWriter sends the header when the first bytes really go out.
type fileWriter struct {
	w            http.ResponseWriter
	name, format string
	begun        bool
}

// Write sends what the buffer before it lets go.
func (f *fileWriter) Write(b []byte) (int, error) {
	if !f.begun {
		f.begun = true
		h := f.w.Header()
		h.Set("Content-Type", contentTypes[f.format])
		h.Set("Content-Disposition", `attachment; filename="`+f.name+"."+f.format+`"`)
	}
	return f.w.Write(b)
}

var contentTypes = map[string]string{formatCSV: "text/csv; charset=utf-8", formatNDJSON: "application/x-ndjson"}

// The formats of exports.
const (
	formatCSV    = "csv"
	formatNDJSON = "ndjson"
)

// finish sends what is left; an export of nothing has a header, too.
func (f *fileWriter) finish(buf *bufio.Writer) error {
	if !f.begun && buf.Buffered() == 0 {
		_, err := f.Write(nil)
		return err
	}
	return buf.Flush()
}
