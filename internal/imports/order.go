package imports

import (
	"bufio"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/usercsv"
)

// spot is where the text has a row that can become somebody.
type spot struct {
	key            uint64 // the beginning of the address
	org            uint32 // tells organizations apart, mostly
	at, size, line uint32 // a text has less than 4 GB
}

// spotBytes is what a spot takes in a file, where its place tells the key.
const spotBytes = 12

// nearRows is how many rows that follow one another by address become people
// organization by organization.
const nearRows = 65_536

// order is the order in which the rows of a file become people: that of their
// addresses, and of nearRows at a time that of their organizations. Neighbours in the
// indexes by address, organization and, mostly, name are then added at once, and a
// portion changes one part of these indexes and not all of them (docs/adr/0024).
// The check finds it, so it has what the check let pass alone.
type order struct {
	head  int64 // bytes before the first row
	spots []spot
}

func (o *order) add(row *usercsv.Row, u *iam.User) {
	s := spot{at: uint32(row.At), size: uint32(row.Size), line: uint32(row.Line)}
	var key [8]byte
	copy(key[:], u.EmailKey)
	s.key = binary.BigEndian.Uint64(key[:])
	if len(u.Memberships) > 0 {
		s.org = crc32.ChecksumIEEE([]byte(u.Memberships[0].Org))
	}
	o.spots = append(o.spots, s)
}

// sort brings the spots into the order. Rows that were beside one another stay so.
func (o *order) sort() {
	slices.SortFunc(o.spots, func(a, b spot) int {
		return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.at, b.at))
	})
	for near := range slices.Chunk(o.spots, nearRows) {
		slices.SortStableFunc(near, func(a, b spot) int { return cmp.Compare(a.org, b.org) })
	}
}

// write keeps the order in a file, durably.
func (o *order) write(path string) (err error) {
	o.sort()
	f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w := bufio.NewWriterSize(f, 64<<10)
	var b [spotBytes]byte
	binary.LittleEndian.PutUint64(b[:], uint64(o.head))
	_, _ = w.Write(b[:]) // Flush tells
	for _, s := range o.spots {
		_, _ = w.Write(s.append(b[:0]))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return f.Sync()
}

func (s spot) append(b []byte) []byte {
	b = binary.LittleEndian.AppendUint32(b, s.at)
	b = binary.LittleEndian.AppendUint32(b, s.size)
	return binary.LittleEndian.AppendUint32(b, s.line)
}

// orderedRows reads the rows of a text in their order.
type orderedRows struct {
	*usercsv.Reader
	text, file *os.File
	spots      *bufio.Reader // what is left of file
	count      int64         // rows in all
	rest       []byte        // of the text that is to be read before the next spot
	row        []byte        // memory of rest
	lines      []int64       // of the rows that are read ahead
}

// openOrder opens a text in the order that is in a file.
func openOrder(text, path string) (*orderedRows, error) {
	o := &orderedRows{}
	var err error
	if o.text, err = os.Open(filepath.Clean(text)); err != nil {
		return nil, err
	}
	if o.file, err = os.Open(filepath.Clean(path)); err != nil {
		return nil, errors.Join(err, o.text.Close())
	}
	info, err := o.file.Stat()
	if err != nil {
		return nil, errors.Join(err, o.close())
	}
	o.count = info.Size()/spotBytes - 1
	return o, nil
}

func (o *orderedRows) close() error { return errors.Join(o.text.Close(), o.file.Close()) }

// from begins after skip rows.
func (o *orderedRows) from(skip int64, open func(io.Reader) (*usercsv.Reader, error)) error {
	var b [spotBytes]byte
	if _, err := o.file.ReadAt(b[:], 0); err != nil {
		return fmt.Errorf("read the order of the rows: %w", err)
	}
	o.rest = make([]byte, binary.LittleEndian.Uint64(b[:]))
	if _, err := o.text.ReadAt(o.rest, 0); err != nil {
		return fmt.Errorf("read the header: %w", err)
	}
	if _, err := o.file.Seek((1+skip)*spotBytes, io.SeekStart); err != nil {
		return err
	}
	o.spots = bufio.NewReaderSize(o.file, 64<<10)
	var err error
	o.Reader, err = open(textReader{o})
	return err
}

// Read is Reader.Read, with the line in the text.
func (o *orderedRows) Read(row *usercsv.Row) error {
	err := o.Reader.Read(row)
	if err == nil {
		row.Line, o.lines = o.lines[0], o.lines[1:]
	}
	return err
}

// textReader is the header and the rows, as a text of its own.
type textReader struct{ o *orderedRows }

// Read implements io.Reader.
func (r textReader) Read(p []byte) (n int, err error) {
	for n < len(p) {
		if len(r.o.rest) == 0 {
			if err = r.o.next(); err != nil {
				break
			}
		}
		copied := copy(p[n:], r.o.rest)
		n, r.o.rest = n+copied, r.o.rest[copied:]
	}
	if n > 0 {
		return n, nil
	}
	return 0, err
}

// next reads the next row's text.
func (o *orderedRows) next() error {
	var b [spotBytes]byte
	if _, err := io.ReadFull(o.spots, b[:]); err != nil {
		return err
	}
	at, size := binary.LittleEndian.Uint32(b[:]), int(binary.LittleEndian.Uint32(b[4:]))
	o.row = slices.Grow(o.row[:0], size+1)[:size]
	if _, err := o.text.ReadAt(o.row, int64(at)); err != nil {
		return fmt.Errorf("read a row: %w", err)
	}
	if o.row[size-1] != '\n' { // the last one of the text
		o.row = append(o.row, '\n')
	}
	o.rest = o.row
	o.lines = append(o.lines, int64(binary.LittleEndian.Uint32(b[8:])))
	return nil
}
