package mail

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// moment says when something is, on the clocks of a zone, to the minute.
func (c common) moment(t time.Time, zone string) string {
	if where, err := time.LoadLocation(zone); err == nil {
		t = t.In(where)
	} else {
		t = t.UTC()
	}
	name := t.Format("MST")
	if strings.HasPrefix(name, "+") || strings.HasPrefix(name, "-") {
		name = "UTC" + name // a zone without a name of its own
	}
	day := strconv.Itoa(t.Day())
	if t.Day() == 1 && c.First != "" {
		day = c.First
	}
	return fmt.Sprintf(c.Moment, day, c.Months[t.Month()-1], t.Year(), t.Format("15:04"), name)
}
