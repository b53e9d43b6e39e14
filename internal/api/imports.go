package api

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/retinue/retinue/internal/access"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/imports"
	"github.com/retinue/retinue/internal/usercsv"
)

// Imports are the use cases of importing users.
type Imports interface {
	Upload(ctx context.Context, c *access.Caller, name string, r io.Reader) (*iam.Import, error)
	List(ctx context.Context, c *access.Caller) ([]*iam.Import, error)
	Get(ctx context.Context, c *access.Caller, id iam.ImportID) (*iam.Import, error)
	Start(ctx context.Context, c *access.Caller, id iam.ImportID) (*iam.Import, error)
	Cancel(ctx context.Context, c *access.Caller, id iam.ImportID) (*iam.Import, error)
	Report(ctx context.Context, c *access.Caller, id iam.ImportID, action string, p iam.Page) (iam.List[iam.ImportRow], error)
	Template(ctx context.Context, c *access.Caller) (string, error)
}

// Import is one CSV import of users and how far it is.
type Import struct {
	ID           iam.ImportID    `json:"id"`
	FileName     string          `json:"file_name"`
	State        iam.ImportState `json:"state" enum:"checking,ready,running,done,failed,cancelled"`
	RowsTotal    int64           `json:"rows_total"`
	RowsChecked  int64           `json:"rows_checked"`
	RowsValid    int64           `json:"rows_valid"`
	RowsInvalid  int64           `json:"rows_invalid"`
	RowsDone     int64           `json:"rows_done"`
	Created      int64           `json:"created"`
	Skipped      int64           `json:"skipped"`
	FailedReason *string         `json:"failed_reason" doc:"Why it failed or was given up, in English"`
	FailedCode   string          `json:"failed_code" enum:",importer_gone,importer_may_not,company_suspended,organization_gone,file_gone,not_csv,missing_column,unknown_column,double_column,too_long,not_started,import_refused" doc:"The same for programs that have words of their own; empty when nothing failed, and of imports from before there were codes"`
	CreatedAt    time.Time       `json:"created_at"`
	CreatedBy    UserRef         `json:"created_by"`
	FinishedAt   *time.Time      `json:"finished_at"`
}

func importOf(i *iam.Import) Import {
	return Import{
		ID: i.ID, FileName: i.FileName, State: i.State, RowsTotal: i.RowsTotal, RowsChecked: i.RowsChecked,
		RowsValid: i.RowsValid, RowsInvalid: i.RowsInvalid, RowsDone: i.RowsDone, Created: i.Created, Skipped: i.Skipped,
		FailedReason: orNull(i.FailedReason), FailedCode: i.FailedCode, CreatedAt: i.CreatedAt.UTC(), CreatedBy: UserRef{i.CreatedBy, i.CreatedName},
		FinishedAt: timeOrNull(i.FinishedAt),
	}
}

// ImportPath names an import in the address.
type ImportPath struct {
	ID iam.ImportID `path:"id" doc:"The import's id"`
}

type importOutput struct{ Body Import }

// importAnswer makes a handler of a use case that is about one import.
func importAnswer(do func(context.Context, *access.Caller, iam.ImportID) (*iam.Import, error)) handler[ImportPath, importOutput] {
	return func(ctx context.Context, c *access.Caller, in *ImportPath) (*importOutput, error) {
		i, err := do(ctx, c, in.ID)
		if err != nil {
			return nil, err
		}
		return &importOutput{importOf(i)}, nil
	}
}

// uploadImport reads the file while it arrives.
func (s *server) uploadImport(w http.ResponseWriter, r *http.Request) {
	file, name, err := upload(w, r, "file", imports.MaxBytes)
	if err != nil {
		writeProblem(w, r, err)
		return
	}
	if name == "" {
		name = "users.csv"
	}
	i, err := s.deps.Imports.Upload(r.Context(), requestOf(r.Context()).caller, name, file)
	if err != nil {
		writeProblem(w, r, err)
		return
	}
	w.Header().Set("Location", base+"/user-imports/"+string(i.ID))
	writeJSON(w, r, http.StatusAccepted, importOf(i))
}

func (s *server) listImports(ctx context.Context, c *access.Caller, _ *noInput) (*itemsOutput[Import], error) {
	list, err := s.deps.Imports.List(ctx, c)
	if err != nil {
		return nil, err
	}
	return itemsOf(list, importOf), nil
}

// ImportRow is one line of an import's report.
type ImportRow struct {
	Line    int64  `json:"line" doc:"In the file; the header is line 1"`
	Field   string `json:"field"`
	Code    string `json:"code"`
	Message string `json:"message"`
	Action  string `json:"action" enum:"create,skip,update,error" doc:"What happens to the line"`
}

type importReportInput struct {
	ImportPath
	Action string `query:"action" enum:"create,skip,error" doc:"Only lines to which this happens"`
	PageQuery
}

func (s *server) importReport(ctx context.Context, c *access.Caller, in *importReportInput) (*listOutput[ImportRow], error) {
	page, err := s.deps.Imports.Report(ctx, c, in.ID, in.Action, in.page())
	if err != nil {
		return nil, err
	}
	return listOf(page, func(r iam.ImportRow) ImportRow {
		return ImportRow{Line: r.Line, Field: r.Field, Code: r.Code, Message: r.Message, Action: r.Action}
	}), nil
}

func (s *server) importTemplate(w http.ResponseWriter, r *http.Request) {
	template, err := s.deps.Imports.Template(r.Context(), requestOf(r.Context()).caller)
	if err != nil {
		writeProblem(w, r, err)
		return
	}
	w.Header().Set("Content-Type", contentTypes[formatCSV])
	w.Header().Set("Content-Disposition", `attachment; filename="users-template.csv"`)
	_, _ = io.WriteString(w, template)
}

func exampleImport() Import {
	return Import{
		ID: "imp_01k9z7c3e5g7j9m2p4r6t8v0x1", FileName: "people.csv", State: iam.ImportReady, RowsTotal: 1200, RowsChecked: 1200,
		RowsValid: 1187, RowsInvalid: 13, CreatedAt: exampleTime, CreatedBy: UserRef{exampleUserID, "Ada Okafor"},
	}
}

// exampleCSV is a file of two people.
const exampleCSV = "first_name,last_name,email,user_type,roles\n" +
	"Ada,Okafor,ada@northwind.example,supervisor,supervisor\n" +
	"Jonas,Weber,jonas@northwind.example,agent,\n"

func (s *server) importOperations() {
	const path = "/user-imports"
	guard := needs(iam.PermUsersImport)
	registerRaw[noInput, importOutput](s, operation{
		id: "create-user-import", method: http.MethodPost, path: path, tag: tagImports, guard: guard, status: http.StatusAccepted,
		summary: "Upload a CSV file of users",
		description: "Takes a CSV file of at most 300 MB as the body, or in the field file of a form, and begins to check it. Nobody is created before it is started. " +
			fmt.Sprintf("Who has %d imports that are not over starts or cancels one of them first. ", imports.MaxUnfinished) +
			"Password hashes of other systems (bcrypt, argon2, scrypt, PBKDF2) are accepted in the column password_hash.",
		request: exampleCSV, accepts: []string{"text/csv", typeMultipart}, streams: true, uploads: true, field: "file", maxBody: imports.MaxBytes,
		errors:   []iam.Code{iam.CodeConflict},
		response: exampleImport(),
	}, s.uploadImport)
	register(s, operation{
		id: "list-user-imports", method: http.MethodGet, path: path, tag: tagImports, guard: guard,
		summary: "List imports", description: "The latest hundred imports, newest first.", response: Items[Import]{[]Import{exampleImport()}},
	}, s.listImports)
	registerRaw[LinkQuery, noOutput](s, operation{
		id: "get-user-import-template", method: http.MethodGet, path: path + "/template.csv", tag: tagImports, guard: guard, status: http.StatusOK,
		summary: "A file to begin with", description: "A CSV file with all columns, those of custom fields as field.key among them, and one line as an example.",
		downloads: map[string]string{"text/csv": usercsv.Template},
	}, s.importTemplate)
	register(s, operation{
		id: "get-user-import", method: http.MethodGet, path: path + "/{id}", tag: tagImports, guard: guard,
		summary: "Get an import", description: "How far an import is. Ask again while it is checking or running.", response: exampleImport(),
	}, importAnswer(func(ctx context.Context, c *access.Caller, id iam.ImportID) (*iam.Import, error) {
		return s.deps.Imports.Get(ctx, c, id)
	}))
	register(s, operation{
		id: "start-user-import", method: http.MethodPost, path: path + "/{id}/start", tag: tagImports, guard: guard,
		summary:     "Start an import",
		description: "Creates the users of all valid lines; the others are left out. Starting twice is one start, and an import that was interrupted goes on where it was.",
		errors:      []iam.Code{iam.CodeConflict, iam.CodeEscalation, iam.CodeInvalid}, response: exampleImport(),
	}, importAnswer(func(ctx context.Context, c *access.Caller, id iam.ImportID) (*iam.Import, error) {
		return s.deps.Imports.Start(ctx, c, id)
	}))
	register(s, operation{
		id: "cancel-user-import", method: http.MethodPost, path: path + "/{id}/cancel", tag: tagImports, guard: guard,
		summary: "Cancel an import", description: "Stops an import. Users that it has created already remain.",
		errors: []iam.Code{iam.CodeConflict}, response: exampleImport(),
	}, importAnswer(func(ctx context.Context, c *access.Caller, id iam.ImportID) (*iam.Import, error) {
		return s.deps.Imports.Cancel(ctx, c, id)
	}))
	register(s, operation{
		id: "get-user-import-report", method: http.MethodGet, path: path + "/{id}/report", tag: tagImports, guard: guard,
		summary: "Report of an import", description: "What is wrong, left out or new, line by line: at most 100,000 lines, and of new people the first thousand.",
		errors:   []iam.Code{iam.CodeInvalid, iam.CodeInvalidCursor},
		response: exampleList(ImportRow{Line: 17, Field: "email", Code: "taken", Message: "Somebody has this e-mail already.", Action: "skip"}),
	}, s.importReport)
}
