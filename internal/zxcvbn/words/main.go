// Command words writes the word lists of github.com/trustelem/zxcvbn to the file
// that it is given: a line each, its name first and then its words, the most
// common first.
package main

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/trustelem/zxcvbn/frequency"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: words FILE")
		os.Exit(2)
	}
	if err := write(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "words:", err)
		os.Exit(1)
	}
}

func write(file string) error {
	var b bytes.Buffer
	for _, name := range slices.Sorted(maps.Keys(frequency.FrequencyLists)) {
		list := append([]string{name}, frequency.FrequencyLists[name]...)
		line := strings.Join(list, " ")
		if !slices.Equal(strings.Fields(line), list) {
			return errors.New("a word has a space in it: " + name)
		}
		b.WriteString(line + "\n")
	}
	return os.WriteFile(file, b.Bytes(), 0o644) //nolint:gosec // public word lists, where go generate says
}
