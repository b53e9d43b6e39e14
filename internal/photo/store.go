package photo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path"
	"regexp"
	"strconv"
	"sync"
	"sync/atomic"
)

// Errors of a Store.
var (
	// ErrNotFound means that the tenant has nothing under that key.
	ErrNotFound = errors.New("photo: not found")
	// ErrKey means that a tenant or key is not made of lower-case letters,
	// digits and ".", "_", "-" (not first, and no two dots in a row).
	ErrKey = errors.New("photo: invalid tenant or key")
	// ErrContent means that content is not the JPEG or PNG picture it is said to be.
	ErrContent = errors.New("photo: content is not a picture of the given type")
)

// Store keeps renditions. What one tenant stores is never found under another.
//
// A key that comes from Rendition.Key is shared by everybody in the tenant who
// uses the same picture: delete it only when nobody refers to it any more.
type Store interface {
	// Put stores content durably under the key, replacing what is there.
	// It fails with ErrKey or ErrContent.
	Put(ctx context.Context, tenant, key string, content []byte, contentType string) error
	// Get returns content and content type. It fails with ErrKey or ErrNotFound.
	Get(ctx context.Context, tenant, key string) (content []byte, contentType string, err error)
	// Delete removes the content; what is not there is no error. It fails with ErrKey.
	Delete(ctx context.Context, tenant, key string) error
}

// DirStore is a Store in a directory: <root>/<tenant>/<first two characters of
// the key>/<key>, plain files that can be copied for a backup at any time.
type DirStore struct {
	root *os.Root // confines every path, also against symbolic links
	next atomic.Uint64
}

// NewDirStore opens the store in a directory, which it creates if need be.
func NewDirStore(directory string) (*DirStore, error) {
	if err := os.MkdirAll(directory, 0o700); err != nil {
		return nil, fmt.Errorf("photo: %w", err)
	}
	root, err := os.OpenRoot(directory)
	if err != nil {
		return nil, fmt.Errorf("photo: %w", err)
	}
	return &DirStore{root: root}, nil
}

// Close releases the directory.
func (s *DirStore) Close() error { return s.root.Close() }

// Put implements Store. After a crash there is the old content or the new one,
// never a part: a temporary file is written, synchronised and renamed.
func (s *DirStore) Put(ctx context.Context, tenant, key string, content []byte, contentType string) error {
	name, err := fileName(tenant, key)
	if err != nil {
		return err
	}
	if extensions[contentType] == "" || http.DetectContentType(content) != contentType {
		return ErrContent
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := s.root.MkdirAll(path.Dir(name), 0o700); err != nil {
		return fmt.Errorf("photo: %w", err)
	}
	// The name can't be a key (which starts with a letter or digit), and process
	// id and number keep writers apart.
	temporary := path.Join(path.Dir(name), ".tmp-"+strconv.Itoa(os.Getpid())+"-"+strconv.FormatUint(s.next.Add(1), 10))
	if err := s.write(temporary, name, content); err != nil {
		return errors.Join(fmt.Errorf("photo: %w", err), ignoreMissing(s.root.Remove(temporary)))
	}
	return nil
}

func (s *DirStore) write(temporary, name string, content []byte) error {
	f, err := s.root.OpenFile(temporary, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err := s.root.Rename(temporary, name); err != nil {
		return err
	}
	// The directories' entries must reach the disk too, up to the root.
	for directory := path.Dir(name); ; directory = path.Dir(directory) {
		if err := s.syncDirectory(directory); err != nil || directory == "." {
			return err
		}
	}
}

func (s *DirStore) syncDirectory(name string) error {
	d, err := s.root.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Get implements Store.
func (s *DirStore) Get(ctx context.Context, tenant, key string) (content []byte, contentType string, err error) {
	name, err := fileName(tenant, key)
	if err != nil {
		return nil, "", err
	}
	if err := ctx.Err(); err != nil {
		return nil, "", err
	}
	f, err := s.root.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, "", ErrNotFound
	}
	if err != nil {
		return nil, "", fmt.Errorf("photo: %w", err)
	}
	content, err = io.ReadAll(f)
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, "", fmt.Errorf("photo: %w", err)
	}
	contentType = http.DetectContentType(content)
	if extensions[contentType] == "" { // changed behind the store's back: not to be served
		return nil, "", ErrNotFound
	}
	return content, contentType, nil
}

// Delete implements Store.
func (s *DirStore) Delete(ctx context.Context, tenant, key string) error {
	name, err := fileName(tenant, key)
	if err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := ignoreMissing(s.root.Remove(name)); err != nil {
		return fmt.Errorf("photo: %w", err)
	}
	return nil
}

// validName leaves out upper-case letters, which some file systems don't tell
// from lower-case ones.
var validName = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^[a-z0-9]([._-]?[a-z0-9]){0,127}$`)
})

func fileName(tenant, key string) (string, error) {
	if !validName().MatchString(tenant) || !validName().MatchString(key) {
		return "", ErrKey
	}
	return path.Join(tenant, key[:min(2, len(key))]+"_", key), nil
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
