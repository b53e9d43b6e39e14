package photo

import "fmt"

// Codes of an Error. They are stable; the API shows them beside the photo field.
const (
	CodeTooLarge   = "photo_too_large"  // more bytes than MaxBytes
	CodeDimensions = "photo_dimensions" // more pixels than MaxPixels, or too long and thin for a logo
	CodeType       = "photo_type"       // not a JPEG, PNG, GIF or WebP file
	CodeBroken     = "photo_broken"     // damaged, truncated, without pixels or of an unsupported variant
	CodeCrop       = "photo_crop"       // the crop square is not inside the picture
)

// Error says in plain English why a picture is refused. Failures that are not
// the picture's fault, such as a broken connection, are not an Error.
type Error struct {
	Code    string // one of the Code constants
	Message string
	cause   error
}

// Error returns code, message and cause, for logs.
func (e *Error) Error() string {
	if e.cause != nil {
		return fmt.Sprintf("%s: %s (%v)", e.Code, e.Message, e.cause)
	}
	return e.Code + ": " + e.Message
}

// Unwrap returns the decoder's error, if there is one.
func (e *Error) Unwrap() error { return e.cause }

func broken(cause error) *Error {
	return &Error{Code: CodeBroken, Message: "The picture is damaged or incomplete. Save it again as JPEG or PNG and try once more.", cause: cause}
}
