package userindex

import (
	"context"
	"encoding/binary"
	"errors"

	"github.com/retinue/retinue/internal/iam"
)

// A block holds the codes of the users of a range of seqs, one after the other.
const (
	blockBits      = 12
	blockSize      = 1 << blockBits
	blocksPerChunk = chunkSize / blockSize
)

// DirectoryBlock is the number of the row of a column that lists its blocks
// with the version in which each was last written: one small row tells which
// cached blocks are still true.
const DirectoryBlock = -1

// column is a packed sort key.
type column struct {
	name  string
	by    SortBy
	width int // bytes of a code
	// exact tells whether a code stands for one key alone.
	exact func(code uint64) bool
}

var (
	nameColumn   = column{name: "name", by: ByName, width: 8, exact: nameCodeExact}
	signInColumn = column{name: "signin", by: ByLastSignIn, width: 4, exact: signInCodeExact}
)

// columnOf is the column of an order; creation's has no name, nor any blocks.
func columnOf(by SortBy) *column {
	switch by {
	case ByName:
		return &nameColumn
	case ByLastSignIn:
		return &signInColumn
	}
	return &column{by: by}
}

func blockOf(seq int64) int64 { return seq >> blockBits }

// at reads the code of a user in a block.
func (c *column) at(values []byte, index int) uint64 {
	if c.width == 4 {
		return uint64(binary.LittleEndian.Uint32(values[4*index:]))
	}
	return binary.LittleEndian.Uint64(values[8*index:])
}

func (c *column) set(values []byte, seq int64, code uint64) {
	index := int(seq & (blockSize - 1))
	if c.width == 4 {
		binary.LittleEndian.PutUint32(values[4*index:], uint32(code))
		return
	}
	binary.LittleEndian.PutUint64(values[8*index:], code)
}

func (c *column) valid(values []byte) bool { return len(values) == blockSize*c.width }

var errBlockFormat = errors.New("userindex: a stored column block cannot be read")

// directory maps the blocks of a column to the version of their last write.
type directory map[int64]int64

// readDirectory reads the directory of a column; it is empty for an empty index.
func readDirectory(ctx context.Context, r Snapshot, tenant iam.TenantID, c *column) (directory, error) {
	var stored []byte
	err := r.Blocks(ctx, tenant, c.name, []int64{DirectoryBlock}, func(b Block) error {
		stored = b.Values
		return nil
	})
	if err != nil {
		return nil, err
	}
	return decodeDirectory(stored)
}

func decodeDirectory(stored []byte) (directory, error) {
	dir := directory{}
	for len(stored) > 0 {
		number, n := binary.Uvarint(stored)
		if n <= 0 {
			return nil, errBlockFormat
		}
		version, m := binary.Uvarint(stored[n:])
		if m <= 0 {
			return nil, errBlockFormat
		}
		dir[int64(number)] = int64(version)
		stored = stored[n+m:]
	}
	return dir, nil
}

func (d directory) encode() []byte {
	b := make([]byte, 0, 6*len(d))
	for number, version := range d {
		b = binary.AppendUvarint(b, uint64(number))
		b = binary.AppendUvarint(b, uint64(version))
	}
	return b
}

// codeChange sets the code of a user in a column.
type codeChange struct {
	seq  int64
	code uint64
}

// writeCodes changes a column and notes the version of the blocks it rewrites.
func writeCodes(ctx context.Context, w Writer, tenant iam.TenantID, c *column, version int64, changes []codeChange) error {
	if len(changes) == 0 {
		return nil
	}
	dir, err := readDirectory(ctx, w, tenant, c)
	if err != nil {
		return err
	}
	blocks := map[int64][]byte{}
	var stored []int64
	for _, ch := range changes {
		number := blockOf(ch.seq)
		if _, seen := blocks[number]; !seen {
			blocks[number] = nil
			if _, ok := dir[number]; ok {
				stored = append(stored, number)
			}
		}
	}
	if len(stored) > 0 {
		err = w.Blocks(ctx, tenant, c.name, stored, func(b Block) error {
			if !c.valid(b.Values) {
				return errBlockFormat
			}
			blocks[b.Number] = b.Values
			return nil
		})
		if err != nil {
			return err
		}
	}
	for _, ch := range changes {
		number := blockOf(ch.seq)
		if blocks[number] == nil {
			blocks[number] = make([]byte, blockSize*c.width)
		}
		c.set(blocks[number], ch.seq, ch.code)
		dir[number] = version
	}
	rows := []Block{{Number: DirectoryBlock, Values: dir.encode()}}
	for number, values := range blocks {
		rows = append(rows, Block{Number: number, Values: values})
	}
	return w.PutBlocks(ctx, tenant, c.name, rows)
}
